import { execute, executeBlock } from './control/statements.js';
import { callValue } from './javascript/calls.js';
import { evaluate } from './javascript/expressions.js';
import { callFunction } from './javascript/functions.js';
import { getElement, getProperty } from './javascript/properties.js';
import type { Interpreter } from './lowering.js';

/** The interpreter, put together. */
export const INTERPRETER: Interpreter = {
  evaluate,
  execute,
  executeBlock,
  callFunction,
  callValue,
  getProperty,
  getElement,
};
