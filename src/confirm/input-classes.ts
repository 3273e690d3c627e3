/** Classes of the project that inputs of a unit are instances of: the harness makes them without their constructors. */
import type { ClassReference, Unit, UnitInputForm } from '../program/unit.js';

/** Under which a class is found in a realm. */
export const keyOfClass = ({ name, file }: ClassReference): string => `${file}#${name}`;

/** The classes of all inputs, each once. */
export function classesOf({ inputs }: Unit): ClassReference[] {
  const found = new Map<string, ClassReference>();
  const visit = (form: UnitInputForm): void => {
    if (form.kind === 'list') form.elements.forEach(visit);
    if (form.kind !== 'object') return;
    if (form.of !== undefined) found.set(keyOfClass(form.of), form.of);
    Object.values(form.fields).forEach(visit);
  };
  for (const { form } of inputs) visit(form);
  return [...found.values()];
}

/** Code for the end of the file of a class: makes it known to the realm. */
export const classExposed = (reference: ClassReference): string =>
  `\n;(globalThis.__gradlintClasses ??= {})[${JSON.stringify(keyOfClass(reference))}] = ${reference.name};\n`;
