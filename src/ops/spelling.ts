/** Forms of calls that the parameters of a row do not tell. */

/** The function takes one object with the parameters as its fields: `tf.fused.matMul({ a, b, bias })`. */
export const TAKES_OBJECT: ReadonlySet<string> = new Set([
  'fused.matMul',
  'fused.conv2d',
  'fused.depthwiseConv2d',
]);

/** The last parameter takes all arguments that are left, one by one, instead of a list: `tf.einsum('ij,jk->ik', a, b)`. */
export const TAKES_REST: ReadonlySet<string> = new Set(['einsum']);
