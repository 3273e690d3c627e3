/**
 * `?1`, `?2`, … for sizes that nobody named, in the order in which a reader meets them: inside the analysis they are numbered
 * as they were made, and those numbers change with every edit of the code.
 */
export class SizeNames {
  private readonly names = new Map<string, string>();

  in(text: string): string {
    return text.replace(UNNAMED, (fresh) => {
      const name = this.names.get(fresh) ?? `?${this.names.size + 1}`;
      this.names.set(fresh, name);
      return name;
    });
  }
}

/** No `?1` of `x?1:2`: texts hold code beside shapes. */
const UNNAMED = /(?<![\w)\]'"`])\?\d+(?:\.-?\d+)?|\bnode \d+/g;
