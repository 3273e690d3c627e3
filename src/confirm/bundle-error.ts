import { GradlintError } from '../errors.js';

/** The unit cannot be taken out of its project to be called. The slice is the way to run it. */
export class BundleError extends GradlintError {}
