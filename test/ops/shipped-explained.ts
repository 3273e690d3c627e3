/** What a call can throw that its arguments do not tell. */
export const EXPLAINED: readonly (readonly [RegExp, string])[] = [
  [
    /being uploaded contains (NaN|Infinity)/,
    'the debug mode refuses such values; it is off unless it is asked for',
  ],
  [
    /^throws: Element arr.* should have/,
    'the debug mode refuses ragged literals; otherwise they make a wrong tensor',
  ],
  [
    /segment ids are not increasing|possibly because segmentIds input is not sorted/,
    'segment ids have to be in order; of values the table keeps bounds alone',
  ],
  [/was already registered/, 'a variable of that name was made by an earlier call'],
];
