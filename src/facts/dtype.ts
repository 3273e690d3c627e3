/** Element type. `number` is a JavaScript number (float64), the rest are TensorFlow.js dtypes. */
export type DType = 'float32' | 'int32' | 'bool' | 'complex64' | 'string' | 'number';
