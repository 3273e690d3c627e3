/** `policy`, `loss` of `policyLoss`; `q`, `target` of `q_target`. */
export const wordsOf = (name: string): string[] =>
  name
    .split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/)
    .map((word) => word.toLowerCase());

/** The text as it stands in a regular expression that looks for it: `net\.\$loss` for `net.$loss`. */
export const asPattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
