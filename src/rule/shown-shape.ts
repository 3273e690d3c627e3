import { alternativesOf, dim, isSymbolic, showShape, type Shape, type Size } from '../facts/shape.js';

/** In a message a size that is one of several names, `((a|b)|c)`, is the first of them. */
export const shown = (shape: Shape | undefined): string =>
  showShape(shape?.map(({ size }) => dim(withFirstNames(size))));

const withFirstNames = (size: Size): Size =>
  isSymbolic(size) ? { ...size, symbols: size.symbols.map((name) => alternativesOf(name)[0]!) } : size;
