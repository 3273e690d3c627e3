import { backendNames } from '../facts/backend.js';

/** `--backend`, of every command that reads code. */
export const backendOption = {
  describe:
    'Where the code is meant to run: it decides which numbers overflow, underflow or are rounded away (float16: WebGL on a phone)',
  choices: backendNames,
  default: 'cpu' as const,
  requiresArg: true,
};
