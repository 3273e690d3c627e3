import { operand, type Case } from './case.js';

const re = operand('real', [4]);
const im = operand('imag', [4], undefined, 1);

export const signals = (): Case[] => [
  { op: 'complex', title: 'real part', operands: [re, im], run: (tf, a, b) => tf.real(tf.complex(a, b)) },
  { op: 'imag', title: 'imaginary part', operands: [re, im], run: (tf, a, b) => tf.imag(tf.complex(a, b)) },
  { op: 'spectral.fft', title: 'real part', operands: [re, im], run: (tf, a, b) => tf.real(tf.spectral.fft(tf.complex(a, b))) }, // prettier-ignore
  { op: 'spectral.ifft', title: 'real part', operands: [re, im], run: (tf, a, b) => tf.real(tf.spectral.ifft(tf.complex(a, b))) }, // prettier-ignore
  { op: 'spectral.rfft', title: 'real part', operands: [operand('input', [4])], run: (tf, x) => tf.real(tf.spectral.rfft(x)) }, // prettier-ignore
  { op: 'spectral.irfft', title: '[3]', operands: [operand('real', [3]), operand('imag', [3], undefined, 1)], run: (tf, a, b) => tf.spectral.irfft(tf.complex(a, b)) }, // prettier-ignore
  { op: 'signal.frame', title: 'frames of 3, step 1', operands: [operand('signal', [5])], run: (tf, x) => tf.signal.frame(x, 3, 1) }, // prettier-ignore
  { op: 'signal.stft', title: 'real part', operands: [operand('signal', [8])], run: (tf, x) => tf.real(tf.signal.stft(x, 4, 2)) }, // prettier-ignore
];
