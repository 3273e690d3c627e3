import type { Axis } from '../facts/shape.js';
import type { Node } from '../program/node.js';
import type { ApartAt } from '../rule/finding.js';
import type { NamedInput } from './job.js';

/** Sizes that agree by coincidence, each of which becomes one that the search may choose. */
export class Apart {
  private readonly names: ReadonlyMap<string, string>;

  constructor(
    axes: readonly Axis[],
    private readonly at?: ApartAt,
  ) {
    this.names = new Map(axes.map(({ id, label }) => [id, label.replaceAll('`', '')]));
  }

  nameOf(axis: Axis | undefined): string | undefined {
    return axis === undefined ? undefined : this.names.get(axis.id);
  }

  /** Of an axis that has no name of its own, and is to have another size. */
  nameAt(node: Node, axis: number): string | undefined {
    return node.id === this.at?.node.id && axis === this.at.axis ? this.at.label : undefined;
  }

  /** An argument with the names in place of the sizes that were given by them. */
  written(value: unknown, axes: readonly (Axis | undefined)[] | undefined, of?: Node): unknown {
    if (of !== undefined && Array.isArray(value) && of.id === this.at?.node.id)
      return value.map((item: unknown, axis) => this.nameAt(of, axis) ?? item);
    if (axes === undefined || this.names.size === 0) return value;
    return Array.isArray(value)
      ? value.map((item: unknown, index) => this.nameOf(axes[index]) ?? item)
      : (this.nameOf(axes[0]) ?? value);
  }

  /** Sizes are chosen with the shapes of inputs: here one that has them all, and that nothing reads. */
  inputs(): NamedInput[] {
    const dims = [...this.names.values(), ...(this.at === undefined ? [] : [this.at.label])];
    if (dims.length === 0) return [];
    const form = {
      kind: 'tensor',
      node: -1,
      dims,
      dtype: 'float32',
      low: 0,
      high: 0,
      integer: true,
    } as const;
    return [{ name: dims.join(' by '), source: 'slot', form }];
  }
}
