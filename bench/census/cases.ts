import type { Case } from './case.js';
import { contractions } from './contractions.js';
import { elementwise } from './elementwise.js';
import { images } from './images.js';
import { losses } from './losses.js';
import { reductions } from './reductions.js';
import { signals } from './signals.js';
import { structure } from './structure.js';
import { windows } from './windows.js';

export const allCases = (): readonly Case[] => [
  ...elementwise(),
  ...reductions(),
  ...structure(),
  ...contractions(),
  ...windows(),
  ...losses(),
  ...images(),
  ...signals(),
];
