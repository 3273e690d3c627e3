/** Names for folders of a project: `paths` and `baseUrl` of the tsconfig.json or jsconfig.json that is nearest to a file. */
import { dirname, join, resolve } from 'node:path';
import { ts } from './typescript.js';

interface Aliases {
  /** `@/*` leads to `src/*`, the longest first; where no alias fits, names are those of files below `base`. */
  readonly patterns: readonly Pattern[];
  readonly base: string | undefined;
}

interface Pattern {
  readonly before: string;
  readonly behind: string;
  readonly isExact: boolean;
  readonly targets: readonly string[];
}

const NONE: Aliases = { patterns: [], base: undefined };

export class PathAliases {
  private readonly byFolder = new Map<string, Aliases>();

  /** `textOf`: what is in a file; undefined where there is none. */
  constructor(private readonly textOf: (file: string) => string | undefined) {}

  /** The absolute paths, perhaps without an extension, that a specifier may mean in a file of this folder. */
  pathsOf(specifier: string, folder: string): readonly string[] {
    const { patterns, base } = this.of(folder);
    const pattern = patterns.find((one) => fits(one, specifier));
    if (pattern !== undefined) {
      const { before, behind, targets } = pattern;
      const inside = specifier.slice(before.length, specifier.length - behind.length);
      return targets.map((target) => target.replace('*', () => inside));
    }
    return base === undefined ? [] : [join(base, specifier)];
  }

  private of(folder: string): Aliases {
    const known = this.byFolder.get(folder);
    if (known !== undefined) return known;
    const file = CONFIGURATIONS.map((name) => join(folder, name)).find(
      (path) => this.textOf(path) !== undefined,
    );
    const above = dirname(folder);
    const aliases = file !== undefined ? this.parse(file) : above === folder ? NONE : this.of(above);
    this.byFolder.set(folder, aliases);
    return aliases;
  }

  /** What is wrong with a configuration is not told here: imports that need it are not followed. */
  private parse(file: string, isReferenced = false): Aliases {
    const { config } = ts.readConfigFile(file, this.textOf) as { config?: unknown };
    if (typeof config !== 'object' || config === null) return NONE;
    // Which files belong to the project is nobody's question here: they would all be listed.
    const host: ts.ParseConfigHost = { ...ts.sys, readFile: this.textOf, readDirectory: () => [] };
    const { options, projectReferences = [] } = ts.parseJsonConfigFileContent(
      config,
      host,
      dirname(file),
      undefined,
      file,
    );
    if (options.paths === undefined && options.baseUrl === undefined && !isReferenced) {
      // Vite writes a tsconfig.json of nothing but references: the names are in what it refers to.
      const referenced = projectReferences.map((one) =>
        this.parse(ts.resolveProjectReferencePath(one), true),
      );
      return referenced.find(({ patterns, base }) => patterns.length > 0 || base !== undefined) ?? NONE;
    }
    const from = (options['pathsBasePath'] as string | undefined) ?? dirname(file);
    const base = options.baseUrl ?? from;
    const patterns = Object.entries(options.paths ?? {}).map(([name, targets]): Pattern => {
      const [before = '', behind] = name.split('*');
      const isExact = behind === undefined;
      return {
        before,
        behind: behind ?? '',
        isExact,
        targets: targets.map((target) => resolve(base, target)),
      };
    });
    return {
      patterns: patterns.sort((a, b) => b.before.length - a.before.length),
      base: options.baseUrl,
    };
  }
}

const CONFIGURATIONS = ['tsconfig.json', 'jsconfig.json'];

const fits = ({ before, behind, isExact }: Pattern, specifier: string): boolean =>
  isExact
    ? specifier === before
    : specifier.length >= before.length + behind.length &&
      specifier.startsWith(before) &&
      specifier.endsWith(behind);
