import { resolve } from 'node:path';
import { GradlintError, PathError, UsageError } from '../errors.js';
import type { BackendName } from '../facts/backend.js';
import type { LoweredProject, LoweringOptions, Project } from '../program/project.js';
import { whyUnreadable } from '../source/prefilter.js';
import { placeOf } from '../source/span.js';
import { functionIn, type Place } from './place.js';
import type { LoweredUnit } from '../program/lowered-unit.js';

/**
 * The tensor programs of all functions of a file that have that name.
 *
 * @throws UsageError where there is none, PathError where the file cannot be read
 */
export async function lowerFunction(
  place: Place,
  root: string,
  backend: BackendName = 'cpu',
  options: LoweringOptions = {},
): Promise<{ readonly project: Project; readonly found: readonly LoweredUnit[] }> {
  const { project, lowered } = await lowerFile(place.file, root, { backend, ...options });
  return { project, found: unitsNamed(place, resolve(root, place.file), lowered) };
}

/**
 * The tensor programs of a file.
 *
 * @throws PathError where it cannot be read
 */
export async function lowerFile(
  path: string,
  root: string,
  { backend = 'cpu', ...options }: LoweringOptions & { readonly backend?: BackendName } = {},
): Promise<{ readonly project: Project; readonly lowered: LoweredProject }> {
  const file = resolve(root, path);
  const { lowerProject, Project } = await import('../program/project.js');
  const project = new Project({ backend });
  const module = project.load(file);
  if (module === undefined) throw new PathError(`${path} cannot be read: ${project.problems.get(file)}.`);
  const lowered = lowerProject(project, [file], options);
  const [failure] = lowered.failures;
  if (failure !== undefined) throw new GradlintError(`${path}: ${failure.message}`);
  const unreadable = whyUnreadable(Buffer.from(module.source.text)) ?? project.problems.get(file);
  if (unreadable !== undefined) throw new GradlintError(`${path}: ${unreadable}`);
  return { project, lowered };
}

/** @throws UsageError where no function of the file has that name */
export function unitsNamed(place: Place, file: string, lowered: LoweredProject): LoweredUnit[] {
  const units = unitsIn(file, lowered);
  const found = units.filter(({ unit }) => functionIn(place, unit.name));
  if (found.length === 0) throw noSuchFunction(place, units);
  return found;
}

/** Functions that others call are only lowered as part of those: each is lowered again on its own. */
function unitsIn(file: string, { units, standalone }: LoweredProject): LoweredUnit[] {
  const found = new Map(units.map((unit) => [placeOf(unit.unit.span), unit]));
  const called = units.flatMap(({ nodes }) => nodes.map(({ within }) => within));
  for (const span of called) {
    if (span === undefined || found.has(placeOf(span))) continue;
    const unit = standalone(span);
    if (unit !== undefined) found.set(placeOf(span), unit);
  }
  return [...found.values()].filter(({ unit }) => unit.span.file === file);
}

function noSuchFunction(place: Place, units: readonly LoweredUnit[]): UsageError {
  const withTensors = units.filter(({ nodes }) => nodes.length > 0);
  const names = [...new Set(withTensors.map(({ unit }) => unit.name))];
  const there =
    names.length === 0 ? 'It has no functions with tensor code.' : `There are: ${names.join(', ')}.`;
  return new UsageError(`${place.file} has no function ${place.function} with tensor code.`, there);
}
