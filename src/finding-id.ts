import { createHash } from 'node:crypto';

/** The id of a finding: of what it is told by, so that edits elsewhere in the file do not change it. */
export const findingId = (identity: string): string =>
  createHash('sha256').update(identity).digest('hex').slice(0, 12);
