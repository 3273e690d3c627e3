/** Files that import each other, directly or through others, belong together; the rest can be read one group at a time. */

/** Groups smaller than this share one pass: each has a cost of its own. */
const ROOMY = 64;

/**
 * Parts `files` so that no file of one part imports anything that one of another does. Parts keep the order of the files
 * they begin with.
 *
 * @param importsOf the files that a file imports, by absolute path
 */
export function importGroups(
  files: readonly string[],
  importsOf: (file: string) => readonly string[],
): readonly (readonly string[])[] {
  const groups = new Groups();
  const seen = new Set<string>(files);
  // Files that are only imported count too: two that use one helper are lowered with it.
  const open = [...files];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    for (const imported of importsOf(file)) {
      groups.join(file, imported);
      if (!seen.has(imported)) open.push(imported);
      seen.add(imported);
    }
  }
  const byGroup = new Map<string, string[]>();
  for (const file of files) {
    const group = groups.of(file);
    const members = byGroup.get(group);
    if (members === undefined) byGroup.set(group, [file]);
    else members.push(file);
  }
  return together([...byGroup.values()]);
}

/** Disjoint sets (Tarjan 1975), each named by one of its files. */
class Groups {
  private readonly parents = new Map<string, string>();

  of(file: string): string {
    const parent = this.parents.get(file);
    if (parent === undefined) return file;
    const top = this.of(parent);
    this.parents.set(file, top);
    return top;
  }

  join(one: string, other: string): void {
    const [a, b] = [this.of(one), this.of(other)];
    if (a !== b) this.parents.set(a, b);
  }
}

function together(groups: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const parts: string[][] = [];
  let room: string[] | undefined;
  for (const group of groups) {
    if (group.length >= ROOMY) {
      parts.push([...group]);
      continue;
    }
    if (room === undefined || room.length >= ROOMY) parts.push((room = []));
    room.push(...group);
  }
  return parts;
}
