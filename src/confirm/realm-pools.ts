import path from 'node:path';
import { RealmPool, type RealmPoolOptions } from './realm-pool.js';
import {
  BackendMissing,
  locateTensorFlow,
  locateWebAssembly,
  TensorFlowMissing,
} from './tensorflow-location.js';

/** `root`: where TensorFlow.js is looked for if it is not found from the folder of a file. */
export type RealmPoolsOptions = RealmPoolOptions & { readonly root: string };

/** A pool of realms for each TensorFlow.js that the files of a project use: packages of one repository may have their own. */
export class RealmPools {
  private readonly byFolder = new Map<string, RealmPool | string>();
  private readonly byModules = new Map<string, RealmPool>();

  constructor(private readonly options: RealmPoolsOptions) {}

  /** Where the code of a file runs; a string says why it cannot. No process is started before it is needed. */
  of(file: string): RealmPool | string {
    const folder = path.dirname(path.resolve(this.options.root, file));
    const known = this.byFolder.get(folder) ?? this.openFor(folder);
    this.byFolder.set(folder, known);
    return known;
  }

  /** Ends all processes. */
  close(): void {
    for (const pool of this.byModules.values()) pool.close();
  }

  private openFor(folder: string): RealmPool | string {
    const { root, own, backend } = this.options;
    const folders = [folder, root];
    try {
      const find = backend === 'wasm' ? locateWebAssembly : locateTensorFlow;
      const locations = find(folders, own);
      const modules = locations.map((location) => location.modules.join()).join(';');
      const pool = this.byModules.get(modules) ?? new RealmPool({ ...this.options, root: folders });
      this.byModules.set(modules, pool);
      return pool;
    } catch (error) {
      if (!(error instanceof TensorFlowMissing || error instanceof BackendMissing)) throw error;
      return error.inVerdict;
    }
  }
}
