import { table } from './table.js';

export async function oracles(smoke: boolean): Promise<string> {
  void smoke;
  return table(['oracle'], []);
}
