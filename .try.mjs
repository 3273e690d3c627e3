// src/program/project.ts
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join as join2, resolve } from "node:path";

// src/source/packages.ts
var NAMESPACE_PACKAGES = /^@tensorflow\/tfjs(-core|-node|-node-gpu|-react-native)?(\/dist\/(index|ops\/ops))?(\.js)?$/;
var LAYERS_PACKAGE = /^@tensorflow\/tfjs-layers$/;
var DATA_PACKAGE = /^@tensorflow\/tfjs-data$/;
function tensorFlowPath(specifier) {
  if (NAMESPACE_PACKAGES.test(specifier) || LAYERS_PACKAGE.test(specifier)) return "";
  if (DATA_PACKAGE.test(specifier)) return "data";
  return void 0;
}
var isTensorFlowPackage = (specifier) => specifier.startsWith("@tensorflow/tfjs");

// src/source/typescript.ts
import { ts } from "ts-morph";
var SCRIPT_KINDS = {
  ts: ts.ScriptKind.TS,
  mts: ts.ScriptKind.TS,
  cts: ts.ScriptKind.TS,
  tsx: ts.ScriptKind.TSX,
  js: ts.ScriptKind.JSX,
  // JSX in .js files is common
  mjs: ts.ScriptKind.JSX,
  cjs: ts.ScriptKind.JSX,
  jsx: ts.ScriptKind.JSX
};
function parse(file, text2) {
  const extension = file.slice(file.lastIndexOf(".") + 1).toLowerCase();
  return ts.createSourceFile(file, text2, ts.ScriptTarget.Latest, true, SCRIPT_KINDS[extension] ?? ts.ScriptKind.TS);
}
function syntaxError(sourceFile) {
  const diagnostics = sourceFile.parseDiagnostics;
  const first = diagnostics?.[0];
  if (first === void 0) return void 0;
  const { line, character } = sourceFile.getLineAndCharacterOfPosition(first.start);
  return `syntax error at ${line + 1}:${character + 1}: ${ts.flattenDiagnosticMessageText(first.messageText, " ")}`;
}

// src/facts/shape.ts
var isSymbolic = (size) => typeof size !== "number";
function symbol(name) {
  return { coefficient: 1, symbols: [name] };
}
function dim(size, more = {}) {
  return { size, ...more };
}
function shapeOf(...sizes) {
  return sizes.map((size) => dim(size));
}
function sameSize(a, b) {
  if (typeof a === "number" || typeof b === "number") return a === b;
  return a.coefficient === b.coefficient && a.symbols.join("\xB7") === b.symbols.join("\xB7");
}
function certainlyDiffer(a, b) {
  return typeof a === "number" && typeof b === "number" && a !== b;
}
function multiplySizes(sizes) {
  let coefficient = 1;
  const symbols = [];
  for (const size of sizes) {
    if (typeof size === "number") coefficient *= size;
    else {
      coefficient *= size.coefficient;
      symbols.push(...size.symbols);
    }
  }
  if (symbols.length === 0 || coefficient === 0) return coefficient;
  return { coefficient, symbols: symbols.sort() };
}
function divideSize(total, part) {
  const left = typeof total === "number" ? { coefficient: total, symbols: [] } : total;
  const right = typeof part === "number" ? { coefficient: part, symbols: [] } : part;
  if (right.coefficient === 0 || left.coefficient % right.coefficient !== 0) return void 0;
  const symbols = [...left.symbols];
  for (const name of right.symbols) {
    const at = symbols.indexOf(name);
    if (at < 0) return void 0;
    symbols.splice(at, 1);
  }
  const coefficient = left.coefficient / right.coefficient;
  return symbols.length === 0 ? coefficient : { coefficient, symbols };
}
function elementCount(shape) {
  return multiplySizes(shape.map((d) => d.size));
}
function concreteShape(shape) {
  if (shape === void 0) return void 0;
  const sizes = shape.map((d) => d.size);
  return sizes.every((size) => typeof size === "number") ? sizes : void 0;
}
function normaliseAxis(axis, rank2) {
  if (!Number.isInteger(axis) || axis < -rank2 || axis >= rank2) return void 0;
  return axis < 0 ? axis + rank2 : axis;
}
function broadcastShapes(a, b) {
  const rank2 = Math.max(a.length, b.length);
  const result = [];
  for (let fromEnd = 1; fromEnd <= rank2; fromEnd += 1) {
    const left = a[a.length - fromEnd];
    const right = b[b.length - fromEnd];
    const joined = broadcastDims(left, right);
    if (joined === void 0) {
      return { throws: `operands could not be broadcast together with shapes ${showShape(a)} and ${showShape(b)}` };
    }
    result.unshift(joined);
  }
  return result;
}
function broadcastDims(a, b) {
  if (a === void 0 || b === void 0) return a ?? b;
  if (sameSize(a.size, b.size)) return mergeDims(a, b);
  if (a.size === 1) return b;
  if (b.size === 1) return a;
  if (certainlyDiffer(a.size, b.size)) return void 0;
  if (typeof a.size === "number") return a;
  if (typeof b.size === "number") return b;
  return dim(symbol(`(${showSize(a.size)}|${showSize(b.size)})`));
}
function mergeDims(a, b) {
  const axis = a.axis?.id === b.axis?.id ? a.axis : a.axis ?? b.axis;
  return { size: a.size, axis, one: a.one ?? b.one };
}
function showSize(size) {
  if (typeof size === "number") return String(size);
  const name = size.symbols.join("\xB7");
  return size.coefficient === 1 ? name : `${size.coefficient}\xB7${name}`;
}
function showShape(shape) {
  return shape === void 0 ? "[?]" : `[${shape.map((d) => showSize(d.size)).join(", ")}]`;
}

// src/facts/range.ts
function interval(low, high, by, more = {}) {
  const [lowBy, highBy] = typeof by === "string" ? [by, by] : by;
  return { low, high, lowBy, highBy, integer: more.integer ?? false, mayBeNaN: more.mayBeNaN ?? false };
}
function constantRange(...values) {
  let low = Infinity;
  let high = -Infinity;
  let integer = true;
  let mayBeNaN = false;
  for (const value of values) {
    if (Number.isNaN(value)) {
      mayBeNaN = true;
      continue;
    }
    low = Math.min(low, value);
    high = Math.max(high, value);
    integer = integer && Number.isInteger(value);
  }
  if (low > high) return interval(-Infinity, Infinity, "bound", { mayBeNaN });
  return interval(low, high, "attained", { integer, mayBeNaN });
}
function unknownRange() {
  return interval(-Infinity, Infinity, "bound", { mayBeNaN: true });
}
function assumedInput() {
  return interval(-100, 100, "assumed");
}
function indexRange(last, highBy = "attained") {
  return interval(0, last, ["attained", highBy], { integer: true });
}
var TRUTH = indexRange(1);
function onlyValue(range2) {
  return range2.low === range2.high && !range2.mayBeNaN ? range2.low : void 0;
}
function contains(range2, value) {
  return range2.low <= value && value <= range2.high;
}
function isFinite(range2) {
  return range2.low > -Infinity && range2.high < Infinity && !range2.mayBeNaN;
}
function reached(range2) {
  return range2.reach ?? range2;
}
var CERTAINTY = { bound: 0, assumed: 1, declared: 2, attained: 3 };
function weaker(a, b) {
  return CERTAINTY[a] <= CERTAINTY[b] ? a : b;
}
function stronger(a, b) {
  return CERTAINTY[a] >= CERTAINTY[b] ? a : b;
}
function settled(by) {
  return by === "assumed" ? "attained" : by;
}
function lowEnd(range2) {
  return { value: range2.low, by: range2.lowBy };
}
function highEnd(range2) {
  return { value: range2.high, by: range2.highBy };
}
function spanning(ends, more = {}) {
  let low = ends[0];
  let high = ends[0];
  for (const end2 of ends) {
    if (precedes(end2.value, low.value)) low = end2;
    else if (Object.is(end2.value, low.value)) low = { value: low.value, by: stronger(low.by, end2.by) };
    if (precedes(high.value, end2.value)) high = end2;
    else if (Object.is(end2.value, high.value)) high = { value: high.value, by: stronger(high.by, end2.by) };
  }
  return interval(low.value, high.value, [low.by, high.by], more);
}
function precedes(a, b) {
  return a < b || a === 0 && b === 0 && Object.is(a, -0) && !Object.is(b, -0);
}
function joinRanges(...ranges) {
  if (ranges.length === 0) return unknownRange();
  const joined = spanning(ranges.flatMap((range2) => [lowEnd(range2), highEnd(range2)]));
  const [first, ...others] = ranges;
  const held2 = others.every((range2) => sameHeld(first.holds, range2.holds)) ? first.holds : void 0;
  const reach2 = ranges.some((range2) => range2.reach) ? joinRanges(...ranges.map(reached)) : void 0;
  return {
    ...joined,
    integer: ranges.every((range2) => range2.integer),
    mayBeNaN: ranges.some((range2) => range2.mayBeNaN),
    ...held2 ? { holds: held2 } : {},
    ...reach2 ? withoutReach(reach2, joined) : {}
  };
}
function sameHeld(a, b) {
  return a !== void 0 && b !== void 0 && a.value === b.value && String(a.axes) === String(b.axes);
}
function withoutReach(reach2, outer) {
  return outer.lowBy === "bound" || outer.highBy === "bound" ? { reach: reach2 } : {};
}
function intersectRanges(a, b) {
  const low = precedes(a.low, b.low) ? lowEnd(b) : lowEnd(a);
  const high = precedes(b.high, a.high) ? highEnd(b) : highEnd(a);
  if (low.value > high.value) return void 0;
  const holds = a.holds ?? b.holds;
  return {
    ...interval(low.value, high.value, [low.by, high.by], {
      integer: a.integer || b.integer,
      mayBeNaN: a.mayBeNaN && b.mayBeNaN
    }),
    ...holds ? { holds } : {}
  };
}
function withNaN(range2, mayBeNaN = true) {
  return range2.mayBeNaN || !mayBeNaN ? range2 : { ...range2, mayBeNaN };
}
function rearranged(range2) {
  if (range2.holds?.axes === void 0) return range2;
  const { holds: _, ...rest } = range2;
  return rest;
}
function selected(range2) {
  const { holds: _, ...rest } = range2;
  return rest;
}
function lift(f) {
  return (...ranges) => {
    const outer = f(...ranges);
    const reach2 = ranges.some((range2) => range2.reach) ? f(...ranges.map(reached)) : void 0;
    return { ...reach2 ? met(outer, reach2) : outer, ...held(f, ranges) };
  };
}
function met(outer, reach2) {
  const lowBy = outer.low === reach2.low ? stronger(outer.lowBy, reach2.lowBy) : outer.lowBy;
  const highBy = outer.high === reach2.high ? stronger(outer.highBy, reach2.highBy) : outer.highBy;
  const result = { ...outer, lowBy, highBy };
  return { ...result, ...withoutReach(reach2, result) };
}
function held(f, ranges) {
  const holding2 = ranges.filter((range2) => range2.holds !== void 0);
  const others = ranges.filter((range2) => range2.holds === void 0);
  if (holding2.length !== 1 || others.some((range2) => onlyValue(range2) === void 0)) return {};
  const { value, axes: axes2 } = holding2[0].holds;
  const image = f(...ranges.map((range2) => range2.holds ? constantRange(value) : range2));
  return image.low === image.high ? { holds: { value: image.low, axes: axes2 } } : {};
}
var INT32_LOW = -(2 ** 31);
var INT32_HIGH = 2 ** 31 - 1;
function stored(range2, dtype) {
  if (dtype === "number" || dtype === "string" || dtype === "complex64") return range2;
  const rounded = dtype === "int32" ? wrapped(range2, INT32_LOW, INT32_HIGH) : dtype === "bool" ? wrapped(range2, 0, 255) : { ...range2, low: Math.fround(range2.low), high: Math.fround(range2.high) };
  const whole2 = rounded.low === rounded.high && Number.isInteger(rounded.low);
  const value = range2.holds && representable(range2.holds.value, dtype);
  return {
    ...rounded,
    integer: rounded.integer || whole2,
    holds: value === void 0 ? void 0 : { value, axes: range2.holds.axes },
    reach: range2.reach && stored(range2.reach, dtype)
  };
}
function representable(value, dtype) {
  if (dtype !== "int32" && dtype !== "bool") return Math.fround(value);
  return Number.isInteger(value) && Math.abs(value) <= (dtype === "bool" ? 1 : INT32_HIGH) ? value : void 0;
}
function wrapped(range2, least, most) {
  const low = Math.trunc(range2.low) + 0;
  const high = Math.trunc(range2.high) + 0;
  const fits = low >= least && high <= most;
  const inside2 = fits ? { ...range2, low, high } : { ...interval(least, most, "bound"), reach: void 0 };
  const withZero = range2.mayBeNaN && fits ? joinRanges(inside2, constantRange(0)) : inside2;
  return { ...withZero, integer: true, mayBeNaN: false };
}

// src/facts/arithmetic.ts
var MOST_ELEMENTS = 2 ** 32;
var REALS = { low: -Infinity, high: Infinity };
function increasing(f, image = REALS) {
  return lift(
    (x) => interval(f(x.low), f(x.high), [imageSource(f(x.low), image.low, x.lowBy), imageSource(f(x.high), image.high, x.highBy)], {
      mayBeNaN: x.mayBeNaN
    })
  );
}
function imageSource(value, bound, by) {
  if (!Number.isFinite(bound)) return by;
  return value === bound ? "attained" : settled(by);
}
function decreasing(f, image = REALS) {
  const mirrored = increasing((x) => f(-x), image);
  return (x) => mirrored(negated(x));
}
function evenFrom0(f, image = { low: f(0), high: Infinity }) {
  const grow = increasing(f, image);
  return lift((x) => grow(absolute(x)));
}
function whole(f) {
  return (...ranges) => ({ ...f(...ranges), integer: ranges.every((range2) => range2.integer) });
}
function toWhole(f) {
  return (x) => ({ ...f(x), integer: true });
}
var negated = whole(
  lift((x) => interval(-x.high, -x.low, [x.highBy, x.lowBy], { mayBeNaN: x.mayBeNaN }))
);
var absolute = whole(
  lift((x) => {
    if (x.low >= 0) return { ...plain(x), low: x.low + 0 };
    if (x.high <= 0) return { ...plain(negated(x)), low: -x.high + 0 };
    const high = spanning([highEnd(x), { value: -x.low, by: x.lowBy }]);
    return interval(0, high.high, ["attained", high.highBy], { mayBeNaN: x.mayBeNaN });
  })
);
function plain(x) {
  return interval(x.low, x.high, [x.lowBy, x.highBy], x);
}
var squared = whole(evenFrom0((x) => x * x));
var add = whole(
  lift((a, b) => {
    const low = sumOfEnds(lowEnd(a), lowEnd(b), -Infinity);
    const high = sumOfEnds(highEnd(a), highEnd(b), Infinity);
    return interval(low.value, high.value, [low.by, high.by], {
      mayBeNaN: a.mayBeNaN || b.mayBeNaN || opposed(a, b) || opposed(b, a)
    });
  })
);
function opposed(a, b) {
  return a.low === -Infinity && b.high === Infinity;
}
function sumOfEnds(a, b, outward2) {
  if (a.value === outward2 || b.value === outward2) {
    const by = a.value !== outward2 ? b.by : b.value !== outward2 ? a.by : stronger(a.by, b.by);
    return { value: outward2, by };
  }
  return { value: a.value + b.value, by: weaker(a.by, b.by) };
}
function subtract(a, b) {
  return add(a, negated(b));
}
var multiply = whole(
  lift((a, b) => {
    const ends = endsOf(a).flatMap((left) => endsOf(b).map((right) => productOfEnds(left, right)));
    return spanning(ends, {
      mayBeNaN: a.mayBeNaN || b.mayBeNaN || zeroByInfinity(a, b) || zeroByInfinity(b, a)
    });
  })
);
function endsOf(range2) {
  return [lowEnd(range2), highEnd(range2)];
}
function productOfEnds(a, b) {
  if (a.value !== 0 && b.value !== 0) return { value: a.value * b.value, by: weaker(a.by, b.by) };
  const value = Number.isFinite(a.value) && Number.isFinite(b.value) ? a.value * b.value : signedZero(a.value, b.value);
  const by = a.value !== 0 ? b.by : b.value !== 0 ? a.by : stronger(a.by, b.by);
  return { value, by };
}
function signedZero(a, b) {
  return isNegative(a) === isNegative(b) ? 0 : -0;
}
function isNegative(x) {
  return x < 0 || Object.is(x, -0);
}
function zeroByInfinity(a, b) {
  return contains(a, 0) && (b.low === -Infinity || b.high === Infinity);
}
var divide = lift((a, b) => {
  const parts = [];
  if (isNegative(b.low)) parts.push(quotient(a, isNegative(b.high) ? b : { ...b, high: -0, highBy: zeroSource(b) }));
  if (!isNegative(b.high)) parts.push(quotient(a, isNegative(b.low) ? { ...b, low: 0, lowBy: zeroSource(b) } : b));
  const undefinedAt = contains(a, 0) && contains(b, 0) || !isFiniteInterval(a) && !isFiniteInterval(b);
  return withNaN(joinRanges(...parts), a.mayBeNaN || b.mayBeNaN || undefinedAt);
});
function isFiniteInterval(range2) {
  return range2.low > -Infinity && range2.high < Infinity;
}
function zeroSource(b) {
  return weaker(b.lowBy, b.highBy);
}
function quotient(a, b) {
  const numerators = contains(a, 0) && a.low !== 0 && a.high !== 0 ? [...endsOf(a), interior0(a)] : endsOf(a);
  const ends = numerators.flatMap((top) => endsOf(b).map((bottom) => quotientOfEnds(top, bottom, onlyValue(a), b)));
  return spanning(ends, { mayBeNaN: a.mayBeNaN || b.mayBeNaN });
}
function interior0(a) {
  return { value: 0, by: weaker(a.lowBy, a.highBy) };
}
function quotientOfEnds(top, bottom, constant2, b) {
  if (top.value === 0) return { value: signedZero(top.value, bottom.value), by: top.by };
  const value = top.value / bottom.value;
  if (Number.isNaN(value)) return { value: signedZero(top.value, bottom.value), by: weaker(top.by, bottom.by) };
  const farEnd = Math.abs(bottom.value) === Math.max(Math.abs(b.low), Math.abs(b.high));
  if (constant2 !== void 0 && farEnd) return { value, by: settled(bottom.by) };
  return { value, by: weaker(top.by, bottom.by) };
}
function reciprocal(x) {
  return divide(constantRange(1), x);
}
var modulo = lift((a, b) => {
  const mayBeNaN = a.mayBeNaN || b.mayBeNaN || contains(b, 0) || !isFiniteInterval(a) || !isFiniteInterval(b) && (a.low < 0 || b.low < 0);
  const low = b.low < 0 ? lowEnd(b) : { value: a.low >= 0 && b.low >= 0 ? 0 : -0, by: "attained" };
  const far = b.high > 0 ? highEnd(b) : { value: 0, by: "attained" };
  const high = a.low >= 0 && b.low >= 0 && a.high < far.value ? highEnd(a) : far;
  return interval(low.value, high.value, [low.by, high.by], { mayBeNaN, integer: a.integer && b.integer });
});
var larger = whole(
  lift((a, b) => {
    const low = spanning([lowEnd(a), lowEnd(b)]);
    const high = spanning([highEnd(a), highEnd(b)]);
    return interval(low.high, high.high, [low.highBy, high.highBy], { mayBeNaN: a.mayBeNaN || b.mayBeNaN });
  })
);
var smaller = whole(
  lift((a, b) => negated(larger(negated(a), negated(b))))
);
function clip(x, low, high) {
  return smaller(larger(x, low), high);
}
function bySign(x, below2, above2) {
  const parts = [];
  if (x.low < 0) parts.push(below2(x.high < 0 ? x : { ...x, high: -0, highBy: "attained" }));
  if (x.high >= 0) parts.push(above2(x.low >= 0 ? x : { ...x, low: -0, lowBy: "attained" }));
  return joinRanges(...parts);
}
function sumOver(x, count) {
  if (count === 0) return constantRange(0);
  const mayBeNaN = x.mayBeNaN || x.low === -Infinity && x.high === Infinity;
  const least = typeof count === "number" ? count : count?.coefficient ?? 1;
  const exact = interval(x.low * least, x.high * least, [x.lowBy, x.highBy], { mayBeNaN, integer: x.integer });
  if (typeof count === "number") return withReach(exact, x, count);
  const low = x.low < 0 ? bounded(x.low, x.lowBy) : lowEnd(exact);
  const high = x.high > 0 ? bounded(x.high, x.highBy) : highEnd(exact);
  const outer = interval(low.value, high.value, [low.by, high.by], { mayBeNaN, integer: x.integer });
  const reach2 = x.reach ? sumOver(x.reach, least) : exact;
  return outer.lowBy === "bound" || outer.highBy === "bound" ? { ...outer, reach: reach2 } : outer;
}
function withReach(sum2, x, count) {
  return x.reach ? { ...sum2, reach: sumOver(x.reach, count) } : sum2;
}
function bounded(value, by) {
  return { value: value * MOST_ELEMENTS, by: Number.isFinite(value) ? "bound" : by };
}
function sumOfProducts(a, b, count) {
  return sumOver(multiply(a, b), count);
}
function meanOver(x, count) {
  if (count === 0) return constantRange(0);
  const mayBeNaN = x.mayBeNaN || x.low === -Infinity && x.high === Infinity;
  const reach2 = x.reach ? { reach: meanOver(x.reach, count) } : {};
  const by = [x.lowBy, x.highBy];
  if (typeof count === "number") {
    const mean = (end2) => Math.fround(Math.fround(end2 / count) * count);
    return { ...interval(mean(x.low), mean(x.high), by, { mayBeNaN }), ...reach2 };
  }
  return { ...interval(meanEnd(x.low, -1), meanEnd(x.high, 1), by, { mayBeNaN }), ...reach2 };
}
function meanEnd(end2, outward2) {
  if (end2 === 0 || !Number.isFinite(end2)) return end2;
  const isPower = Number.isInteger(Math.log2(Math.abs(end2)));
  const grows2 = Math.sign(end2) === outward2;
  const relative = grows2 && isPower ? 0 : 2 ** -23;
  const lost = Math.abs(end2) < 2 ** -90 ? 2 ** -117 : 0;
  const moved = end2 + outward2 * (Math.abs(end2) * relative + lost);
  return Math.sign(moved) === -Math.sign(end2) ? 0 : moved;
}
function productOver(x, count) {
  if (count === 0) return constantRange(1);
  const size = typeof count === "number" ? count : MOST_ELEMENTS;
  const known = typeof count === "number";
  const source = (by) => known ? by : "bound";
  const most = absolute(x);
  const mayBeNaN = x.mayBeNaN || contains(x, 0) && (most.high === Infinity || size > 1 && most.high ** size === Infinity);
  const powers = (value) => known ? [value ** size] : [value, value ** size];
  const ends = [];
  if (x.low >= 0) {
    ends.push(...powers(x.low).map((value) => ({ value, by: source(x.lowBy) })));
    ends.push(...powers(x.high).map((value) => ({ value, by: source(x.highBy) })));
  } else {
    for (const value of powers(most.high)) {
      ends.push({ value, by: source(most.highBy) }, { value: -value, by: source(most.highBy) });
    }
    if (!known) ends.push(lowEnd(x), highEnd(x));
  }
  return spanning(ends, { mayBeNaN, integer: x.integer });
}

// src/facts/functions.ts
var FLOAT32 = 2 ** -22;
var FLOAT64 = 2 ** -51;
function loosened(x, slack, image) {
  return {
    ...x,
    low: outward(x.low, -slack, image),
    high: outward(x.high, slack, image),
    ...x.reach ? { reach: loosened(x.reach, slack, image) } : {}
  };
}
function outward(value, slack, image) {
  if (Number.isInteger(value) || !Number.isFinite(value)) return value;
  return Math.min(image.high, Math.max(image.low, value + Math.abs(value) * slack));
}
function library(f, image = { low: -Infinity, high: Infinity }, shape = increasing) {
  const exact = shape(f, image);
  return (x, slack = FLOAT32) => loosened(exact(x), slack, image);
}
function within(low, high, f) {
  return (x, slack) => {
    const beyond = x.low < low || x.high > high;
    if (x.high < low || x.low > high) return interval(-Infinity, Infinity, "bound", { mayBeNaN: true });
    const reach2 = x.reach && !(x.reach.high < low || x.reach.low > high) ? { reach: inside(x.reach, low, high) } : {};
    return withNaN(f({ ...x, ...inside(x, low, high), ...reach2 }, slack), beyond);
  };
}
function inside(x, low, high) {
  return { ...x, low: x.low < low ? low : x.low, high: Math.min(high, x.high) };
}
var exp = library(Math.exp, { low: 0, high: Infinity });
var expm1 = library(Math.expm1, { low: -1, high: Infinity });
var log = within(-0, Infinity, library(Math.log));
var log2 = within(-0, Infinity, library(Math.log2));
var log10 = within(-0, Infinity, library(Math.log10));
var log1p = within(-1, Infinity, library(Math.log1p));
var sqrt = within(-0, Infinity, increasing(Math.sqrt, { low: 0, high: Infinity }));
var cbrt = library(Math.cbrt);
function rsqrt(x) {
  return divide(constantRange(1), sqrt(x));
}
var sinh = library(Math.sinh);
var cosh = library(Math.cosh, { low: 1, high: Infinity }, evenFrom0);
var tanh = library(Math.tanh, { low: -1, high: 1 });
var asinh = library(Math.asinh);
var acosh = within(1, Infinity, library(Math.acosh, { low: 0, high: Infinity }));
var atanh = within(-1, 1, library(Math.atanh));
var QUARTER = Math.PI / 2;
var asin = within(-1, 1, library(Math.asin, { low: -1.5707964, high: 1.5707964 }));
var acos = within(-1, 1, library(Math.acos, { low: 0, high: 3.1415928 }, decreasing));
var atan = library(Math.atan, { low: -1.5707964, high: 1.5707964 });
var sin = wave(Math.sin, QUARTER);
var cos = wave(Math.cos, 0);
function wave(f, crest) {
  const image = { low: -1, high: 1 };
  const exact = lift((x) => {
    const ends = [
      { value: f(x.low), by: settled(x.lowBy) },
      { value: f(x.high), by: settled(x.highBy) }
    ];
    const between2 = weaker(settled(x.lowBy), settled(x.highBy));
    const width = x.high - x.low;
    if (width >= 2 * Math.PI) return interval(-1, 1, width === Infinity ? between2 : "attained");
    if (holdsMultiple(x, crest)) ends.push({ value: 1, by: "attained" });
    if (holdsMultiple(x, crest + Math.PI)) ends.push({ value: -1, by: "attained" });
    return spanning(ends);
  });
  return (x, slack = FLOAT32) => {
    const infinite = x.mayBeNaN || x.low === -Infinity || x.high === Infinity;
    return { ...loosened(exact(x), slack, image), mayBeNaN: infinite };
  };
}
function holdsMultiple(x, from) {
  const nearest = Math.ceil((x.low - from) / (2 * Math.PI) - 1e-9);
  return from + nearest * 2 * Math.PI <= x.high + Math.abs(x.high) * 1e-9;
}
var tan = (x, slack = FLOAT32) => {
  const infinite = x.low === -Infinity || x.high === Infinity;
  const pole = infinite || x.high - x.low >= Math.PI || holdsMultiple(x, QUARTER) || holdsMultiple(x, -QUARTER);
  if (pole) return interval(-1e19, 1e19, "bound", { mayBeNaN: x.mayBeNaN || infinite });
  return library(Math.tan)(x, slack);
};
var atan2 = (a, b, slack = FLOAT32) => {
  const mayBeNaN = a.mayBeNaN || b.mayBeNaN;
  const jumps = contains(a, 0) && b.low <= 0;
  if (jumps) return interval(-3.1415928, 3.1415928, "attained", { mayBeNaN });
  const corner = (top, right, by) => ({ value: Math.atan2(top, right), by });
  const corners = [
    corner(a.low, b.low, settled(weaker(a.lowBy, b.lowBy))),
    corner(a.low, b.high, settled(weaker(a.lowBy, b.highBy))),
    corner(a.high, b.low, settled(weaker(a.highBy, b.lowBy))),
    corner(a.high, b.high, settled(weaker(a.highBy, b.highBy)))
  ];
  return loosened(spanning(corners, { mayBeNaN }), slack, { low: -3.1415928, high: 3.1415928 });
};
var sigmoid = library((x) => 1 / (1 + Math.exp(-x)), { low: 0, high: 1 });
var softplus = library(
  (x) => Math.abs(x) > 13.94 ? x > 0 ? x : Math.exp(x) : Math.log(1 + Math.exp(x)),
  { low: 0, high: Infinity }
);
function erf(x) {
  const exact = increasing(erfPolynomial, { low: -1, high: 1 })(x);
  const low = exact.low === 0 ? 0 : Math.max(-1, exact.low - 4e-7);
  const high = exact.high === 0 ? 0 : Math.min(1, exact.high + 4e-7);
  return { ...exact, low: x.low >= 0 ? Math.max(0, low) : low, high: x.high <= 0 ? Math.min(0, high) : high };
}
function erfPolynomial(x) {
  const t2 = 1 / (1 + 0.3275911 * Math.abs(x));
  const sum2 = ((((1.061405429 * t2 - 1.453152027) * t2 + 1.421413741) * t2 - 0.284496736) * t2 + 0.254829592) * t2;
  return Math.sign(x) * (1 - sum2 * Math.exp(-x * x));
}
var floor = toWhole(increasing(Math.floor));
var ceil = toWhole(increasing(Math.ceil));
var roundToEven = toWhole(increasing(nearestEven));
var roundHalfUp = toWhole(increasing(Math.round));
function nearestEven(x) {
  const base = Math.floor(x);
  if (x - base !== 0.5) return Math.round(x);
  return base % 2 === 0 ? base : base + 1;
}
function sign(x) {
  const known = toWhole(increasing(Math.sign, { low: -1, high: 1 }))(x);
  return x.mayBeNaN ? withNaN({ ...spanning([...endsOf2(known), { value: 0, by: "attained" }]), integer: true }, false) : known;
}
function endsOf2(x) {
  return [
    { value: x.low, by: x.lowBy },
    { value: x.high, by: x.highBy }
  ];
}
var power = (base, exponent2, slack = FLOAT32) => {
  const constant2 = onlyValue(exponent2);
  const result = constant2 === void 0 ? anyPower(base, exponent2) : fixedPower(base, constant2);
  return loosened(result, constant2 === 1 || constant2 === 2 || constant2 === 0.5 ? 0 : slack, {
    low: result.low >= 0 ? 0 : -Infinity,
    high: Infinity
  });
};
function fixedPower(base, exponent2) {
  if (exponent2 === 0) return constantRange(1);
  const raise = (x) => x ** exponent2;
  if (!Number.isInteger(exponent2)) {
    const shape = exponent2 > 0 ? increasing(raise, { low: 0, high: Infinity }) : decreasing(raise, { low: 0, high: Infinity });
    const result = within(-0, Infinity, (x) => shape({ ...x, low: Math.abs(x.low) }))(base);
    if (base.low !== -Infinity) return result;
    return { ...result, ...exponent2 > 0 ? { high: Infinity } : { low: 0 } };
  }
  const even = exponent2 % 2 === 0;
  const whole2 = { integer: base.integer && exponent2 > 0 };
  if (even && exponent2 > 0) return { ...evenFrom0(raise)(base), ...whole2 };
  if (even) return decreasing(raise, { low: 0, high: Infinity })(absolute(base));
  if (exponent2 > 0) return { ...increasing(raise)(base), ...whole2 };
  return divide(constantRange(1), increasing((x) => x ** -exponent2)(base));
}
function anyPower(base, exponent2) {
  const size = absolute(base);
  const ends = [size.low, size.high].flatMap(
    (b) => [exponent2.low, exponent2.high, ...contains(exponent2, 0) ? [0] : []].map((e) => b ** e)
  );
  const numbers = ends.map((value) => Number.isNaN(value) ? 1 : value);
  const by = weaker(weaker(base.lowBy, base.highBy), weaker(exponent2.lowBy, exponent2.highBy));
  const infinite = exponent2.low === -Infinity || exponent2.high === Infinity;
  const mayBeNaN = base.mayBeNaN || exponent2.mayBeNaN || base.low < 0 && !exponent2.integer || infinite && contains(size, 1);
  const positive2 = spanning(numbers.map((value) => ({ value, by })), { mayBeNaN });
  if (base.low >= 0 && !Object.is(base.low, -0)) return larger(positive2, constantRange(0));
  return interval(-positive2.high, positive2.high, by, { mayBeNaN });
}

// src/ops/build.ts
function tensor(name) {
  return { name, kind: "tensor" };
}
function optionalTensor(name) {
  return { name, kind: "tensor", optional: true };
}
function tensors(name) {
  return { name, kind: "tensors" };
}
function required(name, kind) {
  return { name, kind };
}
function optional(name, kind, value) {
  return { name, kind, optional: true, default: value };
}
function axes(value = null, name = "axis") {
  return optional(name, "axes", value);
}
var keepDims = optional("keepDims", "boolean", false);
function operand(call, name) {
  const found = optionalOperand(call, name);
  if (found === void 0) throw new Error(`The call has no tensor operand '${name}'.`);
  return found;
}
function optionalOperand(call, name) {
  const found = call.operands[name];
  return Array.isArray(found) ? void 0 : found;
}
function operandList(call, name) {
  const found = call.operands[name];
  if (found === void 0) return [];
  return Array.isArray(found) ? found : [found];
}
function isUnknown(value) {
  return typeof value === "object" && value !== null && "unknown" in value;
}
function isShapeAttribute(value) {
  return typeof value === "object" && value !== null && "shape" in value;
}
function numberOf(call, name) {
  const value = call.attributes[name];
  return typeof value === "number" ? value : void 0;
}
function booleanOf(call, name) {
  const value = call.attributes[name];
  return typeof value === "boolean" ? value : void 0;
}
function stringOf(call, name) {
  const value = call.attributes[name];
  return typeof value === "string" ? value : void 0;
}
function numbersOf(call, name) {
  const value = call.attributes[name];
  if (typeof value === "number") return [value];
  if (Array.isArray(value)) {
    return value.every((item) => typeof item === "number") ? value : void 0;
  }
  return value !== void 0 && isShapeAttribute(value) ? concreteShape(value.shape) : void 0;
}
function shapeOf2(call, name) {
  const value = call.attributes[name];
  if (value !== void 0 && isShapeAttribute(value)) return value.shape;
  const sizes = numbersOf(call, name);
  return sizes && shapeOf(...sizes);
}
function attributeRange(call, name) {
  const value = call.attributes[name];
  if (typeof value === "number") return constantRange(value);
  if (typeof value === "boolean") return constantRange(value ? 1 : 0);
  return (value !== void 0 && isUnknown(value) ? value.range : void 0) ?? unknownRange();
}
function throws(reason2) {
  return { throws: reason2 };
}
function isThrown(result) {
  return result !== void 0 && "throws" in result;
}
function broadcast(...shapes) {
  let result = [];
  for (const shape of shapes) {
    if (result === void 0 || shape === void 0) return void 0;
    if (isThrown(result)) return result;
    result = broadcastShapes(result, shape);
  }
  return result;
}
function axesOf(call, name, shape) {
  const value = call.attributes[name];
  if (value === null || value === void 0) return shape?.map((_, index) => index);
  const given = numbersOf(call, name);
  if (given === void 0 || shape === void 0) return void 0;
  const rank2 = shape.length;
  const resolved = given.map((axis) => normaliseAxis(axis, rank2));
  const bad = given.find((_, index) => resolved[index] === void 0);
  if (bad !== void 0) {
    return throws(`axis ${bad} is outside [-${rank2}, ${rank2}) for the shape ${showShape(shape)}`);
  }
  return resolved;
}
function countAlong(shape, along2) {
  if (shape === void 0 || along2 === void 0) return void 0;
  return multiplySizes(along2.map((axis) => shape[axis].size));
}
function isTensorLike(given) {
  return given.dtype === "number" || given.op === "constant";
}
function tensorType(given, accepts = "numeric") {
  if (!isTensorLike(given) || given.dtype === "string") return given.dtype;
  if (accepts === "float32" || accepts === "int32" || accepts === "bool") return accepts;
  return given.dtype === "number" ? "float32" : given.dtype;
}
function tensorRange(given, accepts = "numeric") {
  return isTensorLike(given) ? convertedRange(given.range, tensorType(given, accepts)) : given.range;
}
function convertedRange(range2, to) {
  if (to === "bool") {
    const low = contains(range2, 0) ? 0 : 1;
    const high = range2.low === 0 && range2.high === 0 && !range2.mayBeNaN ? 0 : 1;
    return interval(low, high, "attained", { integer: true });
  }
  const rounded = stored(range2, to);
  return to === "float32" && range2.integer ? joinRanges(range2, rounded) : rounded;
}
function refusal(given, accepts) {
  const dtype = tensorType(given, accepts);
  if (dtype === void 0 || accepts === "all") return void 0;
  if (dtype === "string") return "the operand is a string tensor";
  if (accepts === "any") return void 0;
  if (accepts === "numeric") return dtype === "complex64" ? "complex64 is not supported" : void 0;
  return dtype === accepts ? void 0 : `a ${accepts} tensor is expected, this is ${dtype}`;
}
function widerType(a, b) {
  for (const dtype of ["string", "complex64", "float32"]) if (a === dtype || b === dtype) return dtype;
  if (a === void 0 || b === void 0) return void 0;
  return a === "int32" || b === "int32" ? "int32" : a;
}
var TINY = 2 ** -149;
function danger(of, harm, failure, [low, high], text2, when) {
  return { operand: of, harm, failure, low, high, text: text2, ...when ? { when } : {} };
}
function unary(row) {
  const accepts = row.accepts ?? "numeric";
  const parameters = [tensor("x"), ...row.more ?? []];
  const dtype = (call) => typeof row.dtype === "function" ? row.dtype(call) : row.dtype ?? tensorType(operand(call, "x"), accepts);
  return {
    name: row.name,
    parameters,
    chained: row.chained === false ? void 0 : parameters.map((parameter) => parameter.name),
    chainedAliases: row.chainedAliases,
    shape: (call) => {
      const x = operand(call, "x");
      const reason2 = refusal(x, accepts) ?? row.refuses?.(call);
      return reason2 === void 0 ? x.shape : throws(reason2);
    },
    dtype,
    range: (call) => stored(row.range(tensorRange(operand(call, "x"), accepts), call), dtype(call)),
    gradient: row.gradient ?? "flows",
    dangers: row.dangers ?? [],
    run: row.run
  };
}

// src/ops/activation.ts
var ZERO = constantRange(0);
var SELU_SCALE = 1.0507009873554805;
var SELU_SCALE_ALPHA = 1.7580993408473768;
var elu = increasing((x) => x >= 0 ? x : Math.exp(x) - 1, { low: -1, high: Infinity });
var selu = increasing((x) => x >= 0 ? SELU_SCALE * x : SELU_SCALE_ALPHA * (Math.exp(x) - 1), {
  low: -SELU_SCALE_ALPHA,
  high: Infinity
});
var units = [
  unary({ name: "relu", range: (x) => larger(x, ZERO) }),
  unary({ name: "relu6", range: (x) => smaller(larger(x, ZERO), constantRange(6)) }),
  unary({
    name: "elu",
    accepts: "float32",
    range: elu,
    dangers: [danger("x", "gradient", "vanished-gradient", [-Infinity, -17.32868], "x < -17.33")]
  }),
  unary({ name: "selu", range: selu }),
  unary({
    name: "leakyRelu",
    dtype: "float32",
    more: [optional("alpha", "number", 0.2)],
    range: (x, call) => slopeBelow0(x, attributeRange(call, "alpha"))
  }),
  {
    name: "prelu",
    parameters: [tensor("x"), tensor("alpha")],
    chained: ["x", "alpha"],
    shape: (call) => {
      const [x, alpha] = [operand(call, "x"), operand(call, "alpha")];
      const reason2 = refusal(x, "numeric") ?? refusal(alpha, "numeric");
      return reason2 === void 0 ? broadcast(x.shape, alpha.shape) : throws(reason2);
    },
    dtype: () => "float32",
    range: (call) => {
      const [x, alpha] = [operand(call, "x"), operand(call, "alpha")].map((given) => tensorRange(given));
      return stored(slopeBelow0(selected(x), selected(alpha)), "float32");
    },
    gradient: { x: "unreduced", alpha: "flows" },
    dangers: []
  }
];
function slopeBelow0(x, alpha) {
  const joined = bySign(
    selected(x),
    (negative) => multiply(negative, alpha),
    (positive2) => positive2
  );
  return withNaN(joined, x.mayBeNaN);
}
var saturating = [
  unary({
    name: "sigmoid",
    accepts: "float32",
    range: (x) => sigmoid(x),
    dangers: [
      danger("x", "gradient", "vanished-gradient", [17.32869, Infinity], "x > 17.33"),
      danger("x", "gradient", "vanished-gradient", [-Infinity, -103.97208], "x < -103.97")
    ]
  }),
  unary({
    name: "tanh",
    accepts: "float32",
    range: (x) => tanh(x),
    dangers: [
      danger("x", "gradient", "vanished-gradient", [9.010914, Infinity], "x > 9.01"),
      danger("x", "gradient", "vanished-gradient", [-Infinity, -9.010914], "x < -9.01")
    ]
  }),
  unary({ name: "softplus", range: (x) => softplus(x) }),
  unary({ name: "logSigmoid", range: (x) => negated(softplus(negated(x))) }),
  unary({
    name: "step",
    more: [optional("alpha", "number", 0)],
    gradient: "zero",
    range: (x, call) => {
      const alpha = attributeRange(call, "alpha");
      if (x.low > 0) return withNaN(constantRange(1), x.mayBeNaN);
      const low = x.high > 0 ? joinRanges(alpha, constantRange(1)) : alpha;
      return withNaN(low, x.mayBeNaN);
    }
  })
];
var LOG_MOST = Math.log(2 ** 32);
function lastSize(shape) {
  return shape?.at(-1)?.size;
}
function softmaxRange(x, count) {
  const bounded2 = x.low > -Infinity && x.high < Infinity;
  if (count === 0) return ZERO;
  if (count === 1 && isFinite(x)) return constantRange(1);
  const others = typeof count === "number" ? count - 1 : Math.max(1, (count?.coefficient ?? 2) - 1);
  const least = bounded2 ? Math.fround(exp(subtractOnce(x.low, x.high)).low) : 0;
  const low = typeof count === "number" ? 0.999999 * (least / (least + others)) : 0;
  const high = Math.min(1, 1.000001 / (1 + others * least));
  const by = settled(weaker(x.lowBy, x.highBy));
  const one = typeof count === "number" ? high : 1;
  return interval(low, one, [saturated(least, 0, by), saturated(Math.fround(1 / (1 + least)), 1, by)], {
    mayBeNaN: x.mayBeNaN || !bounded2
  });
}
function subtractOnce(low, high) {
  return constantRange(Math.fround(low - high));
}
function saturated(value, bound, by) {
  return value === bound ? "attained" : by;
}
function logSoftmaxRange(x, count) {
  if (count === 0) return ZERO;
  if (count === 1 && isFinite(x)) return ZERO;
  const bounded2 = x.low > -Infinity && x.high < Infinity;
  const mayBeNaN = x.mayBeNaN || !bounded2;
  if (!bounded2) return interval(-Infinity, 0, [weaker(x.lowBy, x.highBy), "attained"], { mayBeNaN });
  const gap = Math.fround(x.high - x.low);
  const by = weaker(x.lowBy, x.highBy);
  const most = typeof count === "number" ? Math.log(count) : LOG_MOST;
  const high = typeof count === "number" ? -Math.log1p((count - 1) * Math.exp(-gap)) * 0.999999 : 0;
  const low = -(gap + most) * 1.000001;
  const highBy = gap > 17.33 ? "attained" : settled(by);
  const lowBy = typeof count === "number" ? by : "bound";
  const outer = interval(low, high, [lowBy, highBy], { mayBeNaN });
  return typeof count === "number" ? outer : { ...outer, reach: interval(-gap, high, [by, highBy], { mayBeNaN }) };
}
function softmaxLike(row) {
  return {
    name: row.name,
    parameters: [tensor(row.parameter), axes(-1, row.axis)],
    chained: [row.parameter, row.axis],
    shape: (call) => lastAxisOnly(call, row),
    dtype: () => "float32",
    range: (call) => {
      const x = operand(call, row.parameter);
      if (tensorType(x, row.accepts) === "bool") return unknownRange();
      const count = lastSize(x.shape);
      const range2 = tensorRange(x, row.accepts);
      const result = row.range(range2, count);
      const reach2 = range2.reach && row.range(range2.reach, count);
      return stored(reach2 ? { ...result, reach: reach2 } : result, "float32");
    },
    gradient: "flows",
    dangers: []
  };
}
function lastAxisOnly(call, row) {
  const x = operand(call, row.parameter);
  const reason2 = refusal(x, row.accepts);
  if (reason2 !== void 0) return throws(reason2);
  const axis = numberOf(call, row.axis);
  if (x.shape === void 0) return void 0;
  if (x.shape.length === 0) return throws("a scalar has no last axis");
  if (axis !== void 0 && axis !== -1 && axis !== x.shape.length - 1) {
    return throws(`only the last axis is supported, not ${axis}`);
  }
  return x.shape;
}
var softmaxes = [
  softmaxLike({ name: "softmax", parameter: "logits", axis: "dim", accepts: "float32", range: softmaxRange }),
  softmaxLike({
    name: "logSoftmax",
    parameter: "logits",
    axis: "axis",
    accepts: "numeric",
    range: logSoftmaxRange
  })
];
var dropout = {
  name: "dropout",
  parameters: [tensor("x"), required("rate", "number"), optional("noiseShape", "shape"), optional("seed", "any")],
  shape: (call) => {
    const x = operand(call, "x");
    const type = tensorType(x);
    if (type !== void 0 && type !== "float32") return throws(`dropout takes float32 tensors, this is ${type}`);
    const rate = numberOf(call, "rate");
    if (rate !== void 0 && !(rate >= 0 && rate < 1)) return throws(`the rate ${rate} is outside [0, 1)`);
    const noise = call.attributes["noiseShape"];
    if (noise === void 0 || noise === null || rate === 0) return x.shape;
    const noiseShape = shapeOf2(call, "noiseShape");
    return noiseShape === void 0 ? void 0 : broadcast(x.shape, noiseShape);
  },
  dtype: () => "float32",
  range: (call) => {
    const x = tensorRange(operand(call, "x"));
    const rate = attributeRange(call, "rate");
    if (rate.high === 0 && rate.low === 0) return x;
    const keep = 1 - (contains(rate, 1) || rate.high > 1 ? 1 : rate.high);
    const factor = (rate.low < 1e-6 ? 2 : 1) / keep;
    return stored(multiply(selected(x), interval(0, factor, "attained")), "float32");
  },
  gradient: { x: "flows" },
  dangers: []
};
var activation = [...units, ...saturating, ...softmaxes, dropout];

// src/ops/relations.ts
var FEW_ROUNDINGS = 2 ** -20;
var REDUCTIONS = /* @__PURE__ */ new Set(["sum", "mean", "max", "min", "logSumExp", "norm", "euclideanNorm"]);
function reducedFrom(result) {
  if (result.op === "expandDims") return expandedAgain(result);
  if (!REDUCTIONS.has(result.op)) return void 0;
  const of = input(result, "x");
  const axes2 = namedAxes(result.attributes["axis"], of?.shape);
  if (of === void 0 || axes2 === "unknown") return void 0;
  const leading = axes2 === void 0 || axes2.every((_, index) => axes2.includes(index));
  return { op: result.op, of, axes: axes2, aligned: leading || result.attributes["keepDims"] === true };
}
function expandedAgain(result) {
  const inner = input(result, "x");
  const reduced = inner && reducedFrom(inner);
  if (reduced?.axes?.length !== 1 || inner.attributes["keepDims"] === true) return void 0;
  const at = result.attributes["axis"];
  const rank2 = reduced.of.shape?.length;
  const axis = typeof at === "number" && rank2 !== void 0 ? normaliseAxis(at, rank2) : at;
  return axis === reduced.axes[0] ? { ...reduced, aligned: true } : void 0;
}
function input(operand2, name) {
  const found = operand2.operands[name];
  return Array.isArray(found) ? void 0 : found;
}
function namedAxes(value, shape) {
  if (value === null || value === void 0) return void 0;
  const given = typeof value === "number" ? [value] : value;
  if (!Array.isArray(given) || !given.every((axis) => typeof axis === "number")) return "unknown";
  if (shape === void 0) return given;
  const axes2 = given.map((axis) => normaliseAxis(axis, shape.length) ?? axis);
  return new Set(axes2).size === shape.length ? void 0 : axes2;
}
function covers(outer, inner) {
  return outer === void 0 || inner !== void 0 && inner.every((axis) => outer.includes(axis));
}
function alignedReduction(a, b, ...ops) {
  const reduced = reducedFrom(b);
  return reduced?.of === a && reduced.aligned && ops.includes(reduced.op) ? reduced : void 0;
}
function difference(a, b, range2) {
  if (a === b) return { ...constantRange(0), mayBeNaN: range2.mayBeNaN };
  const below2 = alignedReduction(a, b, "max") ?? alignedReduction(b, a, "min");
  if (below2 !== void 0) return holding(atMost(range2, 0), 0, below2.axes);
  const above2 = alignedReduction(a, b, "min") ?? alignedReduction(b, a, "max");
  if (above2 !== void 0) return holding(atLeast(range2, 0), 0, above2.axes);
  if (alignedReduction(a, b, "logSumExp")) return atMost(range2, 0);
  if (isSpread(a, b)) return atLeast(range2, 0);
  if (isSpread(b, a)) return atMost(range2, 0);
  return onePassVariance(a, b, range2) ?? range2;
}
function isSpread(most, least) {
  const a = reducedFrom(most);
  const b = reducedFrom(least);
  return a?.op === "max" && b?.op === "min" && a.of === b.of && String(a.axes) === String(b.axes) && sameLayout(most, least);
}
function sameLayout(a, b) {
  return a.op === b.op || String(a.attributes["keepDims"]) === String(b.attributes["keepDims"]);
}
function onePassVariance(a, b, range2) {
  const ofSquares = reducedFrom(a);
  const squareOfMean = squareRoot(b);
  const ofValues = squareOfMean && reducedFrom(squareOfMean);
  if (ofSquares?.op !== "mean" || ofValues?.op !== "mean") return void 0;
  const x = squareRoot(ofSquares.of);
  if (x === void 0 || x !== ofValues.of || String(ofSquares.axes) !== String(ofValues.axes)) return void 0;
  if (!sameLayout(a, squareOfMean)) return void 0;
  const largest = squared(x.range).high;
  return atLeast(range2, -(largest * FEW_ROUNDINGS) - 2 ** -100);
}
function squareRoot(operand2) {
  if (operand2.op === "square") return input(operand2, "x");
  if (operand2.op === "mul") {
    const a = input(operand2, "a");
    return a === input(operand2, "b") ? a : void 0;
  }
  if (operand2.op !== "pow") return void 0;
  const exponent2 = input(operand2, "exp");
  return exponent2 && onlyValue(exponent2.range) === 2 ? input(operand2, "base") : void 0;
}
function product(a, b, range2, x) {
  return a === b ? squared(x) : range2;
}
function quotient2(a, b, range2) {
  if (a === b) return { ...constantRange(1), mayBeNaN: range2.mayBeNaN };
  const guarded2 = withoutGuard(b);
  const bound = alignedReduction(a, guarded2.of, "sum", "max");
  if (bound !== void 0 && a.range.low >= 0) return partOfWhole(a, bound, guarded2.least > 0, range2);
  if (isNormOf(a, guarded2.of)) return within1(guarded2.least, range2);
  return range2;
}
function partOfWhole(a, whole2, guarded2, range2) {
  const one = 1;
  const result = atMost(atLeast(range2, 0), one);
  const highBy = a.range.low === 0 || whole2.op === "max" ? "attained" : result.highBy;
  const bounded2 = result.high === one ? { ...result, highBy } : result;
  return whole2.op === "max" && !guarded2 ? holding(bounded2, one, whole2.axes) : bounded2;
}
function within1(guard, range2) {
  const unit2 = interval(-1 - FEW_ROUNDINGS, 1 + FEW_ROUNDINGS, "attained", { mayBeNaN: range2.mayBeNaN });
  const reach2 = intersectRanges({ ...range2, mayBeNaN: true }, unit2) ?? unit2;
  if (guard >= 1e-12) return reach2;
  return { ...range2, lowBy: "bound", highBy: "bound", reach: reach2 };
}
function withoutGuard(operand2) {
  if (operand2.op !== "add" && operand2.op !== "maximum") return { of: operand2, least: 0 };
  const a = input(operand2, "a");
  const b = input(operand2, "b");
  if (a === void 0 || b === void 0) return { of: operand2, least: 0 };
  const [of, guard] = onlyValue(a.range) === void 0 ? [a, b] : [b, a];
  const least = onlyValue(guard.range);
  return least !== void 0 && least >= 0 ? { of, least } : { of: operand2, least: 0 };
}
function isNormOf(x, denominator) {
  const norm = alignedReduction(x, denominator, "norm", "euclideanNorm");
  if (norm !== void 0) return norm.op === "euclideanNorm" || isEuclidean(denominator);
  if (denominator.op !== "sqrt") return false;
  const under = input(denominator, "x");
  const sum2 = under && reducedFrom(withoutGuard(under).of);
  return sum2?.op === "sum" && sum2.aligned && squareRoot(sum2.of) === x;
}
function isEuclidean(norm) {
  const source = norm.op === "expandDims" ? input(norm, "x") : norm;
  const order = source?.attributes["ord"];
  return order === void 0 || order === "euclidean" || order === 2;
}
function sumRelation(x, axes2, range2) {
  if (axes2 === "unknown") return range2;
  if (sumsToOne(x, axes2)) {
    const one = interval(1 - FEW_ROUNDINGS, 1 + FEW_ROUNDINGS, "attained", { mayBeNaN: range2.mayBeNaN });
    return intersectRanges(range2, one) ?? range2;
  }
  const held2 = x.range.holds;
  if (held2 === void 0 || !covers(axes2, held2.axes)) return range2;
  if (x.range.low >= 0) return atLeast(range2, held2.value);
  return x.range.high <= 0 ? atMost(range2, held2.value) : range2;
}
function sumsToOne(x, axes2) {
  const last = x.shape === void 0 ? void 0 : x.shape.length - 1;
  if (x.op === "softmax") {
    if (last === void 0) return axes2?.length === 1 && axes2[0] === -1;
    if (x.shape[last].size === 0) return false;
    return axes2 === void 0 ? last === 0 : axes2.length === 1 && axes2[0] === last;
  }
  if (x.op !== "div") return false;
  const a = input(x, "a");
  const b = input(x, "b");
  const total = a && b && alignedReduction(a, b, "sum");
  return total !== void 0 && a.range.low >= 0 && b.range.low >= 1e-30 && String(total.axes) === String(axes2);
}
function maxRelation(x, axes2, range2) {
  const held2 = x.range.holds;
  return axes2 !== "unknown" && held2 && covers(axes2, held2.axes) ? atLeast(range2, held2.value) : range2;
}
function minRelation(x, axes2, range2) {
  const held2 = x.range.holds;
  return axes2 !== "unknown" && held2 && covers(axes2, held2.axes) ? atMost(range2, held2.value) : range2;
}
function atLeast(range2, value) {
  const cut2 = cutBelow(range2, value);
  return range2.reach ? { ...cut2, reach: cutBelow(range2.reach, value) } : cut2;
}
function cutBelow(range2, value) {
  if (range2.low > value) return range2;
  return { ...range2, low: value, lowBy: "attained", high: Math.max(range2.high, value) };
}
function atMost(range2, value) {
  const cut2 = cutAbove(range2, value);
  return range2.reach ? { ...cut2, reach: cutAbove(range2.reach, value) } : cut2;
}
function cutAbove(range2, value) {
  if (range2.high < value) return range2;
  return { ...range2, high: value, highBy: "attained", low: Math.min(range2.low, value) };
}
function holding(range2, value, axes2) {
  return contains(range2, value) ? { ...range2, holds: { value, axes: axes2 } } : range2;
}

// src/ops/binary.ts
function binary(row) {
  const [first, second] = row.names ?? ["a", "b"];
  const accepts = row.accepts ?? "numeric";
  const common = (call) => widerType(tensorType(operand(call, first), accepts), tensorType(operand(call, second), accepts));
  const dtype = (call) => row.dtype ? row.dtype(common(call)) : common(call);
  return {
    name: row.name,
    parameters: [tensor(first), tensor(second)],
    chained: [first, second],
    shape: (call) => binaryShape(operand(call, first), operand(call, second), accepts),
    dtype,
    range: (call) => {
      const [a, b] = [operand(call, first), operand(call, second)];
      const type = common(call);
      if (type === "complex64" || type === "string") return dtype(call) === "bool" ? TRUE_OR_FALSE : unknownRange();
      const [x, y] = [commonRange(a, accepts, type), commonRange(b, accepts, type)];
      const plain2 = row.range(x, y, type);
      const floats = row.relation !== void 0 && tensorType(a) !== "bool" && tensorType(b) !== "bool";
      const kept = aligned(floats ? row.relation(a, b, plain2, x) : plain2, a, b);
      return stored(kept, dtype(call));
    },
    gradient: row.gradient ?? "flows",
    dangers: row.dangers ?? []
  };
}
var TRUE_OR_FALSE = interval(0, 1, "attained", { integer: true });
function commonRange(given, accepts, common) {
  const range2 = tensorRange(given, accepts);
  return tensorType(given, accepts) === common ? range2 : convertedRange(range2, common);
}
function binaryShape(a, b, accepts) {
  const reason2 = refusal(a, accepts) ?? refusal(b, accepts) ?? mixedStrings(a, b, accepts);
  return reason2 === void 0 ? broadcast(a.shape, b.shape) : throws(reason2);
}
function mixedStrings(a, b, accepts) {
  const types = [tensorType(a, accepts), tensorType(b, accepts)];
  if (types.includes("complex64") && accepts !== "any") return "complex64 is not supported";
  if (!types.includes("string") || types.includes(void 0) || types[0] === types[1]) return void 0;
  return "one operand is a string tensor, the other is not";
}
function aligned(range2, a, b) {
  const axes2 = range2.holds?.axes;
  if (axes2 === void 0) return range2;
  const sameRank = a.shape !== void 0 && b.shape !== void 0 && a.shape.length === b.shape.length;
  const scalar2 = a.shape?.length === 0 || b.shape?.length === 0;
  return sameRank || scalar2 ? range2 : { ...range2, holds: void 0 };
}
var arithmetic = [
  binary({ name: "add", accepts: "any", range: add }),
  binary({ name: "sub", accepts: "any", range: subtract, relation: difference }),
  binary({ name: "mul", accepts: "any", range: multiply, relation: product }),
  binary({
    name: "div",
    range: (a, b, common) => common === "int32" ? wholeQuotient(a, b) : divide(a, b),
    relation: quotient2,
    dangers: [
      danger("b", "value", "infinity", [0, 0], "b = 0", notInteger),
      danger("b", "gradient", "inf-gradient", [-5421011e-26, 5421011e-26], "|b| < 5.42e-20", notInteger),
      danger("b", "gradient", "vanished-gradient", [18446745e12, Infinity], "b > 1.84e19", notInteger),
      danger("b", "gradient", "vanished-gradient", [-Infinity, -18446745e12], "b < -1.84e19", notInteger)
    ]
  }),
  binary({ name: "divNoNan", range: quotientOr0, gradient: "throws" }),
  binary({ name: "floorDiv", range: wholeQuotient, dtype: () => "int32" }),
  binary({
    name: "mod",
    range: modulo,
    dangers: [danger("b", "value", "nan", [0, 0], "b = 0", notInteger)]
  }),
  binary({
    name: "pow",
    names: ["base", "exp"],
    range: (base, exp2) => power(base, exp2),
    dangers: [
      danger("base", "value", "nan", [-Infinity, -(2 ** -149)], "base < 0", (call) => !wholeExponent(call)),
      danger("base", "value", "infinity", [0, 0], "base = 0", (call) => exponent(call).low < 0),
      danger("base", "gradient", "inf-gradient", [0, 0], "base = 0", fractionalExponent)
    ]
  }),
  binary({
    name: "atan2",
    range: (a, b) => atan2(a, b),
    dangers: [danger("b", "gradient", "nan-gradient", [0, 0], "a = b = 0", (call) => contains(operand(call, "a").range, 0))]
  }),
  binary({
    name: "squaredDifference",
    range: (a, b) => squared(subtract(a, b)),
    relation: (a, b, range2) => a === b ? { ...constantRange(0), mayBeNaN: range2.mayBeNaN } : range2,
    gradient: "unreduced"
  })
];
function notInteger(call) {
  const types = ["a", "b"].map((name) => tensorType(operand(call, name)));
  return types.some((type) => type === "float32" || type === void 0);
}
function wholeQuotient(a, b) {
  return floor(divide(a, b));
}
function quotientOr0(a, b, common) {
  const plain2 = common === "int32" ? wholeQuotient(a, b) : divide(a, b);
  if (!contains(b, 0)) return plain2;
  const by0 = { ...plain2, lowBy: infiniteBound(plain2.low, plain2.lowBy), highBy: infiniteBound(plain2.high, plain2.highBy) };
  const undefinedElsewhere = !(isFinite(a) || isFinite(b));
  return withNaN({ ...joinRanges(by0, constantRange(0)), mayBeNaN: false }, undefinedElsewhere);
}
function infiniteBound(value, by) {
  return Number.isFinite(value) ? by : "bound";
}
function exponent(call) {
  return tensorRange(operand(call, "exp"));
}
function wholeExponent(call) {
  const range2 = exponent(call);
  return range2.integer || Number.isInteger(onlyValue(range2));
}
function fractionalExponent(call) {
  return exponent(call).low < 1;
}
var choices = [
  binary({ name: "maximum", range: larger, dtype: boolAsInt, gradient: "unreduced" }),
  binary({ name: "minimum", range: smaller, dtype: boolAsInt, gradient: "unreduced" })
];
function boolAsInt(common) {
  return common === "bool" ? "int32" : common;
}
var sums = [
  {
    name: "addN",
    parameters: [tensors("tensors")],
    shape: sameOfAll,
    dtype: (call) => firstType(call),
    range: (call) => {
      const parts = operandList(call, "tensors").map((part) => tensorRange(part));
      if (parts.length === 0 || firstType(call) === "complex64") return unknownRange();
      return stored(parts.slice(1).reduce(roundedSum(firstType(call)), parts[0]), firstType(call));
    },
    gradient: "flows",
    dangers: []
  }
];
function firstType(call) {
  const [first] = operandList(call, "tensors");
  return first && tensorType(first);
}
function roundedSum(dtype) {
  return (sum2, next) => stored(add(sum2, next), dtype);
}
function sameOfAll(call) {
  const parts = operandList(call, "tensors");
  const [first] = parts;
  if (first === void 0) return throws("addN takes at least one tensor");
  for (const part of parts) {
    const reason2 = refusal(part, "numeric");
    if (reason2 !== void 0) return throws(reason2);
    const types = [tensorType(first), tensorType(part)];
    if (!types.includes(void 0) && types[0] !== types[1]) return throws("the tensors have different element types");
    if (first.shape === void 0 || part.shape === void 0) continue;
    const differs = part.shape.length !== first.shape.length || part.shape.some((dim2, axis) => certainlyDiffer(dim2.size, first.shape[axis].size));
    if (differs) return throws("the tensors have different shapes");
  }
  return parts.find((part) => part.shape !== void 0)?.shape;
}
var binaries = [...arithmetic, ...choices, ...sums];

// src/ops/comparison.ts
function certain(holds, fails) {
  return (a, b) => {
    if (fails(a, b)) return constantRange(0);
    return !a.mayBeNaN && !b.mayBeNaN && holds(a, b) ? constantRange(1) : TRUTH;
  };
}
var apart = (a, b) => a.high < b.low || b.high < a.low;
var same = (a, b) => onlyValue(a) !== void 0 && onlyValue(a) === onlyValue(b);
var below = (a, b) => a.high < b.low;
var notAbove = (a, b) => a.high <= b.low;
function comparing(name, range2, gradient = "throws") {
  return binary({ name, accepts: "all", dtype: () => "bool", range: range2, gradient });
}
var comparisons = [
  comparing("equal", certain(same, apart)),
  comparing("notEqual", (a, b) => same(a, b) ? constantRange(0) : apart(a, b) ? constantRange(1) : TRUTH),
  comparing("less", certain(below, (a, b) => notAbove(b, a))),
  comparing("lessEqual", certain(notAbove, (a, b) => below(b, a))),
  comparing("greater", certain((a, b) => below(b, a), notAbove)),
  comparing("greaterEqual", certain((a, b) => notAbove(b, a), below), "zero")
];
function logic(name) {
  const range2 = (a, b) => joinRanges(selected(a), selected(b), TRUTH);
  return binary({ name, accepts: "bool", dtype: () => "bool", range: range2, gradient: "throws" });
}
var logical = ["logicalAnd", "logicalOr", "logicalXor"].map(logic);
var where = {
  name: "where",
  parameters: [tensor("condition"), tensor("a"), tensor("b")],
  chained: ["a", "condition", "b"],
  shape: (call) => {
    const [condition, a, b] = branches(call);
    const reason2 = refusal(condition, "bool") ?? refusal(a, "numeric") ?? refusal(b, "numeric");
    return reason2 === void 0 ? broadcast(condition.shape, a.shape, b.shape) : throws(reason2);
  },
  dtype: (call) => {
    const [, a, b] = branches(call);
    return widerType(tensorType(a), tensorType(b));
  },
  range: (call) => {
    const [condition, a, b] = branches(call);
    const dtype = where.dtype(call);
    const chosen = onlyValue(tensorRange(condition, "bool"));
    const kept = (branch2, truth) => guarded(condition, branch2, truth, convertedRange(selected(tensorRange(branch2)), dtype));
    const yes = chosen === 0 ? void 0 : kept(a, true);
    const no = chosen === 1 ? void 0 : kept(b, false);
    const ranges = [yes, no].filter((range2) => range2 !== void 0);
    return ranges.length === 0 ? unknownRange() : joinRanges(...ranges);
  },
  gradient: { condition: "none", a: "flows", b: "flows" },
  dangers: []
};
function branches(call) {
  return [operand(call, "condition"), operand(call, "a"), operand(call, "b")];
}
var GUARDS = {
  greater: (c) => interval(above(c.low), Infinity, [c.lowBy, "bound"]),
  greaterEqual: (c) => interval(c.low, Infinity, [c.lowBy, "bound"]),
  less: (c) => interval(-Infinity, -above(-c.high), ["bound", c.highBy]),
  lessEqual: (c) => interval(-Infinity, c.high, ["bound", c.highBy]),
  equal: (c) => c
};
var OPPOSITE = {
  greater: "lessEqual",
  greaterEqual: "less",
  less: "greaterEqual",
  lessEqual: "greater",
  notEqual: "equal"
};
var MIRRORED = {
  greater: "less",
  greaterEqual: "lessEqual",
  less: "greater",
  lessEqual: "greaterEqual",
  equal: "equal",
  notEqual: "notEqual"
};
function above(x) {
  if (x === 0) return 2 ** -149;
  const next = Math.fround(x + Math.abs(x) * 2 ** -24 * 1.5);
  return next > x ? next : Math.fround(x + 2 ** -149);
}
function guarded(condition, branch2, truth, range2) {
  const left = condition.operands["a"];
  const right = condition.operands["b"];
  if (left === void 0 || right === void 0 || left === right) return range2;
  const op = branch2 === left ? condition.op : branch2 === right ? MIRRORED[condition.op] : void 0;
  const known = op === void 0 ? void 0 : truth ? op : OPPOSITE[op];
  const guard = known === void 0 ? void 0 : GUARDS[known];
  if (guard === void 0) return range2;
  const other = branch2 === left ? right : left;
  if (!truth && (range2.mayBeNaN || other.range.mayBeNaN)) return range2;
  const allowed = guard(tensorRange(other));
  const rest = intersectRanges({ ...range2, mayBeNaN: false }, { ...allowed, mayBeNaN: false });
  return rest;
}
var comparison = [...comparisons, ...logical, where];

// src/ops/shapes/sizes.ts
function dimsOf(call, name) {
  const value = call.attributes[name];
  if (Array.isArray(value)) {
    return value.map((item, index) => dimFrom(call, item, `${name}[${index}]`));
  }
  return value !== void 0 && isShapeAttribute(value) ? value.shape : void 0;
}
function sizeOf(call, name) {
  return dimFrom(call, call.attributes[name], name).size;
}
function dimFrom(call, value, key) {
  if (typeof value === "number") return value === 1 ? dim(1, { one: "explicit" }) : dim(value);
  if (value !== void 0 && isShapeAttribute(value) && value.shape.length === 1) return value.shape[0];
  return dim(call.freshSize(key));
}
function newShape(call, name) {
  const dims = dimsOf(call, name);
  return dims && (invalidSize(dims) ?? dims);
}
function invalidSize(dims) {
  const bad = dims.find(({ size }) => typeof size === "number" && !(Number.isInteger(size) && size >= 0));
  return bad && throws(`a size must be a whole number that is not negative, this is ${showSize(bad.size)}`);
}
function sizesDiffer(a, b) {
  if (isSymbolic(a) && isSymbolic(b)) {
    return a.coefficient !== b.coefficient && a.symbols.join("\xB7") === b.symbols.join("\xB7");
  }
  return certainlyDiffer(a, b);
}
function differingAxis(a, b) {
  const index = a.findIndex((d, axis) => sizesDiffer(d.size, b[axis].size));
  return index < 0 ? void 0 : index;
}
function shapesDiffer(a, b) {
  return a.length !== b.length || differingAxis(a, b) !== void 0;
}
function addSizes(sizes) {
  const terms = sizes.filter((size) => size !== 0);
  const [first, ...others] = terms;
  if (first === void 0) return 0;
  if (!isSymbolic(first)) {
    return others.every((size) => !isSymbolic(size)) ? terms.reduce((a, b) => a + b) : void 0;
  }
  const symbols = first.symbols.join("\xB7");
  let coefficient = 0;
  for (const size of terms) {
    if (!isSymbolic(size) || size.symbols.join("\xB7") !== symbols) return void 0;
    coefficient += size.coefficient;
  }
  return { coefficient, symbols: first.symbols };
}
function resized(d, size, one) {
  if (sameSize(d.size, size)) return d;
  return size === 1 ? dim(1, { one }) : dim(size);
}
function without(shape, axes2) {
  return shape.filter((_, axis) => !axes2.includes(axis));
}
function replaceAt(shape, axis, d) {
  return shape.map((old, index) => index === axis ? d : old);
}
function computed(call, key, sizes, f) {
  const numbers = concreteShape(sizes.map((size) => dim(size)));
  return numbers === void 0 ? call.freshSize(key) : f(...numbers);
}

// src/ops/shapes/arrange.ts
function axisOf(call, name, rank2) {
  const value = numberOf(call, name);
  if (value === void 0) return void 0;
  return normaliseAxis(value, rank2) ?? throws(`axis ${value} is outside [-${rank2}, ${rank2})`);
}
function reshaped(call, x, target) {
  if (target === void 0) return void 0;
  const implicit = target.findIndex((d) => d.size === -1);
  const rest = implicit < 0 ? target : without(target, [implicit]);
  const negative = rest.find(({ size }) => typeof size === "number" && size < 0);
  if (negative?.size === -1) return throws("only one size can be -1");
  if (negative) return throws(`a size cannot be ${showSize(negative.size)}`);
  if (x === void 0) return implicit < 0 ? target : replaceAt(target, implicit, dim(call.freshSize("inferred")));
  const total = elementCount(x);
  const listed2 = elementCount(rest);
  if (implicit < 0) {
    if (!sizesDiffer(total, listed2)) return inheriting(target, x);
    return throws(`${showShape(x)} has ${showSize(total)} elements, ${showShape(target)} has ${showSize(listed2)}`);
  }
  if (listed2 === 0) return throws("-1 cannot be inferred beside a size of 0");
  const inferred = divideSize(total, listed2);
  if (inferred === void 0 && typeof total === "number" && typeof listed2 === "number") {
    return throws(`${showSize(total)} elements do not fill ${showShape(target)}: ${total} / ${listed2} is not whole`);
  }
  return inheriting(replaceAt(target, implicit, dim(inferred ?? call.freshSize("inferred"))), x);
}
function inheriting(target, x) {
  const result = [...target];
  const most = Math.min(target.length, x.length);
  let front = 0;
  while (front < most && sameSize(target[front].size, x[front].size)) {
    result[front] = inherited(target[front], x[front]);
    front += 1;
  }
  for (let back = 1; back <= most - front; back += 1) {
    const [to, from] = [target[target.length - back], x[x.length - back]];
    if (!sameSize(to.size, from.size)) break;
    result[target.length - back] = inherited(to, from);
  }
  return result;
}
function inherited(to, from) {
  return { size: to.size, axis: to.axis ?? from.axis, one: to.one ?? from.one };
}
function squeezed(call, x) {
  const given = numbersOf(call, "axis");
  const all = call.attributes["axis"] === void 0 || call.attributes["axis"] === null || given?.length === 0;
  if (all) return x.filter(({ size }) => size !== 1);
  const axes2 = axesOf(call, "axis", x);
  if (axes2 === void 0 || "throws" in axes2) return axes2;
  const wide = axes2.find((axis) => sizesDiffer(x[axis].size, 1));
  if (wide !== void 0) return throws(`axis ${wide} of ${showShape(x)} has size ${showSize(x[wide].size)}, not 1`);
  return without(x, axes2);
}
function expanded(call, x, added) {
  const axis = numberOf(call, "axis");
  if (axis === void 0) return void 0;
  const at = normaliseAxis(axis, x.length + 1);
  if (at === void 0) return throws(`axis ${axis} is outside [${-x.length - 1}, ${x.length}]`);
  return [...x.slice(0, at), added, ...x.slice(at)];
}
function transposed(call, x) {
  const given = call.attributes["perm"];
  if (given === void 0 || given === null) return [...x].reverse();
  const order = numbersOf(call, "perm");
  if (order === void 0) return void 0;
  if (order.length !== x.length) return throws(`perm [${order.join(", ")}] has not the rank of ${showShape(x)}`);
  const bad = order.find((axis) => x[axis] === void 0);
  if (bad !== void 0) return throws(`perm holds ${bad}, which is not an axis of ${showShape(x)}`);
  return order.map((axis) => x[axis]);
}
function tiled(call, x) {
  const repeats = dimsOf(call, "reps");
  if (repeats === void 0) return void 0;
  if (repeats.length !== x.length) return throws(`reps ${showShape(repeats)} has not the rank of ${showShape(x)}`);
  if (repeats.some(({ size }) => typeof size === "number" && size < 0)) return throws("reps cannot be negative");
  return x.map((d, axis) => resized(d, multiplySizes([d.size, repeats[axis].size]), "explicit"));
}
function broadcastTo(call, x) {
  const target = newShape(call, "shape");
  if (target === void 0 || isThrown(target)) return target;
  const added = target.length - x.length;
  if (added < 0) return throws(`${showShape(target)} has fewer axes than ${showShape(x)}`);
  const bad = x.findIndex(({ size }, axis) => size !== 1 && certainlyDiffer(size, target[axis + added].size));
  if (bad >= 0) return throws(`${showShape(x)} cannot be broadcast to ${showShape(target)}`);
  return target.map((d, axis) => axis >= added ? resized(x[axis - added], d.size, "explicit") : d);
}
function stacked(call, shapes) {
  if (shapes.length === 0) return throws("there is nothing to stack");
  const known = shapes.filter((shape) => shape !== void 0);
  const [first] = known;
  if (first === void 0) return void 0;
  const other = known.find((shape) => shapesDiffer(first, shape));
  if (other) return throws(`only equal shapes stack: ${showShape(first)} and ${showShape(other)} are not`);
  return expanded(call, first, dim(shapes.length, shapes.length === 1 ? { one: "explicit" } : {}));
}
function concatenated(call, shapes) {
  if (shapes.length === 0) return throws("there is nothing to concatenate");
  const known = shapes.filter((shape) => shape !== void 0);
  const [first] = known;
  if (first === void 0 || shapes.length === 1) return first;
  const axis = axisOf(call, "axis", first.length);
  if (typeof axis !== "number") return axis;
  const other = known.find(
    (shape) => shape.length !== first.length || shapesDiffer(without(shape, [axis]), without(first, [axis]))
  );
  if (other) return throws(`${showShape(first)} and ${showShape(other)} differ beside axis ${axis}`);
  const total = known.length < shapes.length ? void 0 : addSizes(known.map((shape) => shape[axis].size));
  return replaceAt(first, axis, resized(first[axis], total ?? call.freshSize("axis")));
}
function splitPart(call, x) {
  const axis = axisOf(call, "axis", x.length);
  if (typeof axis !== "number") return axis;
  const whole2 = x[axis];
  const parts = call.attributes["numOrSizeSplits"];
  if (typeof parts === "number") {
    const size2 = parts === 0 ? void 0 : divideSize(whole2.size, parts);
    if (size2 === void 0 && typeof whole2.size === "number") {
      return throws(`${parts} parts do not divide axis ${axis} of ${showShape(x)}`);
    }
    return replaceAt(x, axis, resized(whole2, size2 ?? call.freshSize("part"), "sliced"));
  }
  const sizes = dimsOf(call, "numOrSizeSplits")?.map((d) => d.size);
  const filled2 = sizes && withRest(call, sizes, whole2);
  if (filled2 === void 0 || "throws" in filled2) return filled2;
  const size = filled2[Number(call.output ?? 0)];
  return size === void 0 ? void 0 : replaceAt(x, axis, resized(whole2, size, "sliced"));
}
function withRest(call, sizes, whole2) {
  const implicit = sizes.indexOf(-1);
  if (implicit !== sizes.lastIndexOf(-1)) return throws("only one part can be -1");
  if (implicit === 0 && sizes.length > 1) return throws("a first part of -1 does not fill the axis");
  if (implicit >= 0) {
    const rest = computed(call, "rest", [whole2.size, ...sizes], (all, ...parts) => all - sum(parts) - 1);
    return sizes.map((size) => size === -1 ? rest : size);
  }
  const total = addSizes(sizes);
  if (total === void 0 || !sizesDiffer(total, whole2.size)) return sizes;
  return throws(`the parts sum to ${showSize(total)}, the axis has ${showSize(whole2.size)}`);
}
function sum(values) {
  return values.reduce((a, b) => a + b, 0);
}
function sliced(call, x) {
  if (x.length === 0) return throws("a scalar cannot be sliced");
  const begin = startsOf(call, "begin");
  const size = startsOf(call, "size");
  if (begin === void 0 || size === void 0) return void 0;
  const longer = [begin, size].find((list2) => list2.length > x.length);
  if (longer) return throws(`${longer.length} positions are given for the rank of ${showShape(x)}`);
  const result = [];
  for (const [axis, d] of x.entries()) {
    const cut2 = cutOf(call, axis, d, begin[axis] ?? dim(0), size[axis] ?? dim(-1));
    if ("throws" in cut2) return cut2;
    result.push(cut2);
  }
  return result;
}
function startsOf(call, name) {
  const value = call.attributes[name];
  if (value === void 0 || value === null) return [];
  return typeof value === "number" ? [dim(value)] : dimsOf(call, name);
}
function cutOf(call, axis, whole2, begin, size) {
  if (begin.size === -1) return throws("begin cannot be negative");
  if (typeof size.size === "number" && size.size < -1) return throws(`a size cannot be ${size.size}`);
  if (size.size === -1) {
    if (begin.size === 0) return whole2;
    return resized(whole2, computed(call, `axis ${axis}`, [whole2.size, begin.size], (all, from) => all - from), "sliced");
  }
  const end2 = computed(call, "end", [begin.size, size.size], (from, count) => from + count);
  if (typeof end2 === "number" && typeof whole2.size === "number" && end2 > whole2.size) {
    return throws(`axis ${axis} has size ${whole2.size}, the slice ends at ${end2}`);
  }
  return resized(whole2, size.size, "sliced");
}
function padded(call, x, paddings) {
  if (paddings === void 0) return x.map((_, axis) => dim(call.freshSize(`axis ${axis}`)));
  if (paddings.length !== x.length) return void 0;
  return x.map((d, axis) => {
    const [before, after] = paddings[axis];
    if (before === 0 && after === 0) return d;
    return resized(d, computed(call, `axis ${axis}`, [d.size], (size) => size + before + after));
  });
}
function mustMatch(a, b, what) {
  if (a === void 0 || b === void 0 || !shapesDiffer(a, b)) return void 0;
  const axis = a.length === b.length ? differingAxis(a, b) : void 0;
  const where2 = axis === void 0 ? "" : ` along axis ${axis}`;
  return throws(`${what} must have one shape, ${showShape(a)} and ${showShape(b)} differ${where2}`);
}

// src/ops/shapes/literals.ts
function isTypedArray(value) {
  return typeof value === "object" && value !== null && "typed" in value;
}
function literalShape(call, values) {
  const dims = [];
  let first = values;
  for (let depth = 0; ; depth += 1) {
    if (isTypedArray(first)) return [...dims, typedLength(call, first)];
    if (first !== void 0 && first !== null && typeof first === "object") {
      if (isUnknown(first)) return depth === 0 ? void 0 : dims;
      if (isShapeAttribute(first)) return [...dims, dim(first.shape.length)];
    }
    if (!Array.isArray(first)) return dims;
    dims.push(first.length === 1 ? dim(1, { one: "data" }) : dim(first.length));
    first = first[0];
  }
}
function typedLength(call, array2) {
  if (Array.isArray(array2.values)) return dim(array2.values.length);
  return dim(typeof array2.length === "number" ? array2.length : call.freshSize("length"));
}
function literalType(values) {
  if (Array.isArray(values)) return values.length === 0 ? "float32" : literalType(values[0]);
  if (isTypedArray(values)) return values.typed;
  switch (typeof values) {
    case "boolean":
      return "bool";
    case "string":
      return "string";
    case "object":
      return values !== null && isUnknown(values) && values.range === void 0 ? void 0 : "float32";
    default:
      return "float32";
  }
}
function literalRange(values) {
  const numbers = [];
  const unfolded = [];
  const collect = (value) => {
    if (typeof value === "number") numbers.push(value);
    else if (typeof value === "boolean") numbers.push(value ? 1 : 0);
    else if (Array.isArray(value)) for (const item of value) collect(item);
    else if (isTypedArray(value)) collect(value.values);
    else if (value !== void 0 && isShapeAttribute(value)) value.shape.forEach((d) => collectSize(d));
    else unfolded.push((value !== void 0 && isUnknown(value) ? value.range : void 0) ?? unknownRange());
  };
  const collectSize = ({ size }) => {
    if (typeof size === "number") numbers.push(size);
    else unfolded.push(interval(0, Infinity, "bound", { integer: true }));
  };
  collect(values);
  return unfolded.length === 0 ? constantRange(...numbers) : joinRanges(...unfolded, ...numbers.map((n) => constantRange(n)));
}

// src/ops/creation.ts
var shapeParameter = required("shape", "shape");
var dtypeParameter = (value) => optional("dtype", "dtype", value);
function namedType(call, fallback) {
  const given = call.attributes["dtype"];
  return given === void 0 || given === null ? fallback : stringOf(call, "dtype");
}
function literal(name, rank2) {
  const shaped = rank2 !== 1;
  const dtype = (call) => namedType(call, literalType(call.attributes["values"]));
  return {
    name,
    parameters: [required("values", "any"), ...shaped ? [optional("shape", "shape")] : [], dtypeParameter()],
    shape: (call) => dtype(call) === "complex64" ? throws("a complex tensor is made by tf.complex") : literalDims(call, rank2),
    dtype,
    range: (call) => storedLiteral(literalRange(call.attributes["values"]), dtype(call)),
    gradient: {},
    dangers: []
  };
}
function literalDims(call, rank2) {
  const values = call.attributes["values"];
  if (values === null) return throws("there are no values");
  const inferred = literalShape(call, values);
  const given = call.attributes["shape"];
  if (given === void 0 || given === null) return ofRank(call, inferred, rank2);
  const target = newShape(call, "shape");
  if (target === void 0 || isThrown(target) || inferred === void 0) return target;
  if (rank2 !== void 0 && target.length !== rank2) return throws(`the shape must have ${rank2} sizes`);
  if (rank2 !== void 0 && inferred.length !== 1 && inferred.length !== rank2) {
    return throws(`the values are nested ${inferred.length} deep`);
  }
  return fillMismatch(inferred, target) ?? target;
}
function ofRank(call, inferred, rank2) {
  if (rank2 === void 0 || inferred?.length === rank2) return inferred;
  if (inferred !== void 0) return throws(`the values are nested ${inferred.length} deep, not ${rank2}, and no shape is given`);
  return Array.from({ length: rank2 }, (_, axis) => dim(call.freshSize(`axis ${axis}`)));
}
function fillMismatch(inferred, target) {
  if (sizesDiffer(elementCount(inferred), elementCount(target))) return throws("the values do not fill the shape");
  const bad = inferred.findIndex(({ size }, axis) => {
    const flat2 = axis === inferred.length - 1 ? elementCount(target.slice(axis)) : void 0;
    const wanted = target[axis]?.size;
    if (flat2 !== void 0 && !sizesDiffer(size, flat2)) return false;
    return wanted === void 0 || sizesDiffer(size, wanted);
  });
  return bad < 0 ? void 0 : throws(`axis ${bad} of the values is not that of the shape`);
}
function storedLiteral(range2, dtype) {
  if (dtype !== "bool") return stored(range2, dtype);
  const single = range2.low === range2.high && !range2.mayBeNaN;
  return single ? constantRange(Math.round(range2.low) === 0 ? 0 : 1) : TRUTH;
}
var scalar = {
  name: "scalar",
  // An operand, so that what is known of a number that was computed is not lost.
  parameters: [tensor("value"), dtypeParameter()],
  shape: (call) => {
    const value = operand(call, "value");
    if (namedType(call) === "complex64") return throws("a complex tensor is made by tf.complex");
    return value.shape !== void 0 && value.shape.length > 0 ? throws("a scalar is made from one value") : [];
  },
  dtype: (call) => namedType(call, tensorType(operand(call, "value"))),
  range: (call) => storedLiteral(operand(call, "value").range, scalar.dtype(call)),
  gradient: "none",
  dangers: [],
  run: (tf, { operands: { value }, attributes: { dtype } }) => typeof value === "object" ? tf.cast(value, dtype ?? "float32") : tf.scalar(value, dtype)
};
function filled(name, value) {
  return {
    name,
    parameters: [shapeParameter, dtypeParameter("float32")],
    shape: (call) => newShape(call, "shape"),
    dtype: (call) => namedType(call, "float32"),
    // The imaginary part of complex ones is 0.
    range: (call) => namedType(call) === "complex64" ? joinRanges(constantRange(0), constantRange(value)) : constantRange(value),
    gradient: {},
    dangers: []
  };
}
var fill = {
  name: "fill",
  parameters: [shapeParameter, required("value", "any"), dtypeParameter()],
  shape: (call) => newShape(call, "shape"),
  dtype: (call) => namedType(call, literalType(call.attributes["value"])),
  range: (call) => stored(attributeRange(call, "value"), fill.dtype(call)),
  gradient: {},
  dangers: []
};
var eye = {
  name: "eye",
  parameters: [
    required("numRows", "integer"),
    optional("numColumns", "integer"),
    optional("batchShape", "shape"),
    dtypeParameter("float32")
  ],
  shape: (call) => {
    const given = call.attributes["batchShape"];
    const batch = given === void 0 || given === null ? [] : dimsOf(call, "batchShape");
    if (batch === void 0) return void 0;
    if (given && (batch.length < 1 || batch.length > 3)) return throws("a batch shape has 1 to 3 sizes");
    const matrix = matrixDims(call);
    return invalidSize(matrix) ?? [...batch, ...matrix];
  },
  dtype: (call) => namedType(call, "float32"),
  range: (call) => matrixDims(call).every(({ size }) => size === 1) ? constantRange(1) : TRUTH,
  gradient: {},
  dangers: []
};
function matrixDims(call) {
  const columns = call.attributes["numColumns"];
  const square = columns === void 0 || columns === null;
  return [dim(sizeOf(call, "numRows")), dim(sizeOf(call, square ? "numRows" : "numColumns"))];
}
var oneHot = {
  name: "oneHot",
  parameters: [
    tensor("indices"),
    required("depth", "integer"),
    optional("onValue", "number", 1),
    optional("offValue", "number", 0),
    dtypeParameter("int32")
  ],
  chained: ["indices", "depth", "onValue", "offValue"],
  shape: (call) => {
    const indices = operand(call, "indices");
    const depth = sizeOf(call, "depth");
    const reason2 = refusal(indices, "int32");
    if (reason2 !== void 0) return throws(reason2);
    if (typeof depth === "number" && depth < 2) return throws(`depth must be at least 2, it is ${depth}`);
    return indices.shape && [...indices.shape, dim(depth)];
  },
  dtype: (call) => namedType(call, "int32"),
  range: (call) => stored(joinRanges(attributeRange(call, "onValue"), attributeRange(call, "offValue")), "float32"),
  gradient: "zero",
  dangers: []
};
function sequence(start, step, count, dtype) {
  const values = [start];
  const round = dtype === "float32" ? Math.fround : Math.trunc;
  let value = round(start);
  for (let index = 1; index < count; index += 1) values.push(value = round(value + step));
  return stored(constantRange(...values), dtype);
}
var LONGEST = 1e5;
function between(start, stop) {
  const all = joinRanges(start, stop);
  const slack = Math.max(Math.abs(all.low), Math.abs(all.high)) * 2 ** -6;
  return interval(all.low - slack, all.high + slack, "bound", { mayBeNaN: all.mayBeNaN });
}
var range = {
  name: "range",
  parameters: [
    required("start", "number"),
    required("stop", "number"),
    optional("step", "number", 1),
    dtypeParameter("float32")
  ],
  shape: (call) => {
    if (numberOf(call, "step") === 0) return throws("the step is 0");
    const steps = rangeSteps(call);
    if (steps !== void 0) return [dim(steps.count)];
    const fromZero = numberOf(call, "start") === 0 && numberOf(call, "step") === 1;
    return [dim(fromZero ? sizeOf(call, "stop") : call.freshSize("count"))];
  },
  dtype: (call) => namedType(call, "float32"),
  range: (call) => {
    const steps = rangeSteps(call);
    const dtype = namedType(call, "float32");
    if (steps === void 0 || steps.count > LONGEST) {
      return stored(between(attributeRange(call, "start"), attributeRange(call, "stop")), dtype);
    }
    return sequence(numberOf(call, "start"), steps.step, steps.count, dtype);
  },
  gradient: {},
  dangers: []
};
function rangeSteps(call) {
  const [start, stop, step] = [numberOf(call, "start"), numberOf(call, "stop"), numberOf(call, "step")];
  if (start === void 0 || stop === void 0 || step === void 0) return void 0;
  if (start === stop || start < stop && step < 0 || stop < start && step > 1) return { count: 0, step };
  const count = Math.abs(Math.ceil((stop - start) / step));
  return { count, step: stop < start && step === 1 ? -1 : step };
}
var linspace = {
  name: "linspace",
  parameters: [required("start", "number"), required("stop", "number"), required("num", "integer")],
  shape: (call) => {
    const count = sizeOf(call, "num");
    return typeof count === "number" && count <= 0 ? throws("there must be at least one value") : [dim(count)];
  },
  dtype: () => "float32",
  range: (call) => {
    const [start, stop, count] = [numberOf(call, "start"), numberOf(call, "stop"), numberOf(call, "num")];
    const ends = [attributeRange(call, "start"), attributeRange(call, "stop")];
    if (start === void 0 || stop === void 0 || count === void 0 || count > LONGEST) return between(...ends);
    return sequence(start, (stop - start) / (count - 1), count, "float32");
  },
  gradient: {},
  dangers: []
};
function cosineWindow(name, a, b) {
  return {
    name,
    parameters: [required("windowLength", "integer")],
    shape: (call) => [dim(sizeOf(call, "windowLength"))],
    dtype: () => "float32",
    range: () => interval(Math.fround(a - b - 1e-9 * b), Math.fround(a + b), "bound"),
    gradient: {},
    dangers: []
  };
}
var meshgrid = {
  name: "meshgrid",
  parameters: [optionalTensor("x"), optionalTensor("y"), optional("options", "any")],
  result: "list",
  shape: (call) => {
    const options = call.attributes["options"];
    const indexing2 = options?.indexing ?? "xy";
    if (typeof indexing2 === "string" && indexing2 !== "xy" && indexing2 !== "ij") return throws(`'${indexing2}' is no indexing`);
    const [x, y] = [optionalOperand(call, "x"), optionalOperand(call, "y")];
    if (x === void 0 || y === void 0) return x?.shape;
    const sizes = [x, y].map(({ shape }) => shape && flat(shape));
    const [width, height] = sizes;
    if (width === void 0 || height === void 0) return void 0;
    return indexing2 === "xy" ? [height, width] : [width, height];
  },
  dtype: (call) => tensorType(gridOperand(call)),
  range: (call) => rearranged(tensorRange(gridOperand(call))),
  gradient: "flows",
  dangers: []
};
function gridOperand(call) {
  return operand(call, call.output === 1 ? "y" : "x");
}
function flat(shape) {
  return shape.length === 1 ? shape[0] : dim(multiplySizes(shape.map((d) => d.size)));
}
var diag = {
  name: "diag",
  parameters: [tensor("x")],
  shape: (call) => {
    const { shape } = operand(call, "x");
    return shape && [...shape, ...shape];
  },
  dtype: (call) => tensorType(operand(call, "x")),
  range: (call) => joinRanges(tensorRange(operand(call, "x")), constantRange(0)),
  gradient: "throws",
  dangers: []
};
var variable = {
  name: "variable",
  parameters: [tensor("initialValue"), optional("trainable", "boolean", true), optional("name", "string"), dtypeParameter()],
  chained: ["initialValue", "trainable", "name", "dtype"],
  shape: (call) => operand(call, "initialValue").shape,
  dtype: (call) => namedType(call, tensorType(operand(call, "initialValue"))),
  range: (call) => {
    const first = stored(tensorRange(operand(call, "initialValue")), variable.dtype(call));
    return variable.dtype(call) === "bool" ? TRUTH : joinRanges(first, assumedInput());
  },
  gradient: "none",
  dangers: []
};
var buffer = {
  name: "buffer",
  parameters: [shapeParameter, dtypeParameter("float32"), optional("values", "any")],
  shape: (call) => newShape(call, "shape"),
  dtype: (call) => namedType(call, "float32"),
  range: () => unknownRange(),
  gradient: {},
  dangers: [],
  run: (tf, { attributes: { shape, dtype, values } }) => tf.buffer(shape, dtype, values).toTensor()
};
var complex = {
  name: "complex",
  parameters: [tensor("real"), tensor("imag")],
  shape: (call) => {
    const [real, imag] = [operand(call, "real"), operand(call, "imag")];
    return mustMatch(real.shape, imag.shape, "the real and the imaginary part") ?? real.shape ?? imag.shape;
  },
  dtype: () => "complex64",
  range: (call) => joinRanges(tensorRange(operand(call, "real")), tensorRange(operand(call, "imag"))),
  gradient: "throws",
  dangers: []
};
var fromPixels = {
  name: "browser.fromPixels",
  aliases: ["browser.fromPixelsAsync"],
  parameters: [required("pixels", "any"), optional("numChannels", "integer", 3)],
  shape: (call) => {
    const channels = sizeOf(call, "numChannels");
    if (typeof channels === "number" && channels > 4) return throws(`pixels have 4 channels, ${channels} are asked for`);
    const { height, width } = call.attributes["pixels"] ?? {};
    const side = (size, key) => dim(typeof size === "number" ? size : call.freshSize(key));
    return [side(height, "height"), side(width, "width"), dim(channels)];
  },
  dtype: () => "int32",
  range: () => indexRange(255),
  gradient: {},
  dangers: []
};
var creation = [
  literal("tensor", void 0),
  ...[1, 2, 3, 4, 5, 6].map((rank2) => literal(`tensor${rank2}d`, rank2)),
  scalar,
  filled("zeros", 0),
  filled("ones", 1),
  fill,
  eye,
  oneHot,
  range,
  linspace,
  cosineWindow("signal.hannWindow", 0.5, 0.5),
  cosineWindow("signal.hammingWindow", 0.54, 0.46),
  meshgrid,
  diag,
  variable,
  buffer,
  complex,
  fromPixels
];

// src/ops/elementwise.ts
var ALL = Infinity;
var exponentials = [
  unary({
    name: "exp",
    dtype: "float32",
    range: (x) => exp(x),
    dangers: [
      danger("x", "value", "overflow", [88.72284, ALL], "x > 88.72"),
      danger("x", "gradient", "vanished-gradient", [-ALL, -103.97208], "x < -103.97")
    ]
  }),
  unary({
    name: "expm1",
    range: (x) => expm1(x),
    dangers: [danger("x", "value", "overflow", [88.72284, ALL], "x > 88.72")]
  }),
  unary({
    name: "log",
    accepts: "float32",
    range: (x) => log(x),
    dangers: [
      danger("x", "value", "infinity", [-ALL, 0], "x <= 0"),
      danger("x", "gradient", "inf-gradient", [TINY, 2938736e-45], "0 < x < 2.94e-39"),
      danger("x", "accuracy", "cancellation", [0.99999, 1.00001], "x near 1")
    ]
  }),
  unary({
    name: "log1p",
    range: (x) => log1p(x),
    dangers: [danger("x", "value", "infinity", [-ALL, -1], "x <= -1")]
  }),
  unary({
    name: "cosh",
    accepts: "float32",
    range: (x) => cosh(x),
    dangers: [
      danger("x", "value", "overflow", [89.41599, ALL], "x > 89.41"),
      danger("x", "value", "overflow", [-ALL, -89.41599], "x < -89.41")
    ]
  }),
  unary({
    name: "sinh",
    range: (x) => sinh(x),
    dangers: [
      danger("x", "value", "overflow", [89.41599, ALL], "x > 89.41"),
      danger("x", "value", "overflow", [-ALL, -89.41599], "x < -89.41")
    ]
  })
];
var roots = [
  unary({
    name: "sqrt",
    accepts: "float32",
    range: (x) => sqrt(x),
    dangers: [
      danger("x", "value", "nan", [-ALL, -TINY], "x < 0"),
      danger("x", "gradient", "inf-gradient", [0, 0], "x = 0")
    ]
  }),
  unary({
    name: "rsqrt",
    accepts: "float32",
    range: rsqrt,
    dangers: [
      danger("x", "value", "infinity", [-ALL, 0], "x <= 0"),
      danger("x", "gradient", "inf-gradient", [TINY, 12924701e-33], "0 < x < 1.3e-26"),
      danger("x", "gradient", "vanished-gradient", [307048e20, ALL], "x > 3.07e25")
    ]
  }),
  unary({
    name: "square",
    range: squared,
    dangers: [
      danger("x", "value", "overflow", [18446745e12, ALL], "x > 1.84e19"),
      danger("x", "value", "overflow", [-ALL, -18446745e12], "x < -1.84e19")
    ]
  }),
  unary({
    name: "reciprocal",
    range: reciprocal,
    dangers: [
      danger("x", "value", "infinity", [0, 0], "x = 0"),
      danger("x", "gradient", "inf-gradient", [-5421011e-26, 5421011e-26], "|x| < 5.42e-20")
    ]
  })
];
var trigonometry = [
  unary({ name: "sin", accepts: "float32", range: (x) => sin(x) }),
  unary({ name: "cos", accepts: "float32", range: (x) => cos(x) }),
  unary({ name: "tan", accepts: "float32", range: (x) => tan(x) }),
  ...["acos", "asin"].map(
    (name) => unary({
      name,
      range: name === "acos" ? (x) => acos(x) : (x) => asin(x),
      dangers: [
        danger("x", "value", "nan", [1.0000001, ALL], "x > 1"),
        danger("x", "value", "nan", [-ALL, -1.0000001], "x < -1"),
        danger("x", "gradient", "inf-gradient", [1, 1], "x = 1"),
        danger("x", "gradient", "inf-gradient", [-1, -1], "x = -1")
      ]
    })
  ),
  unary({ name: "atan", range: (x) => atan(x) }),
  unary({
    name: "asinh",
    range: (x) => asinh(x),
    dangers: [
      danger("x", "gradient", "vanished-gradient", [18446745e12, ALL], "x > 1.84e19"),
      danger("x", "gradient", "vanished-gradient", [-ALL, -18446745e12], "x < -1.84e19")
    ]
  }),
  unary({
    name: "acosh",
    range: (x) => acosh(x),
    dangers: [
      danger("x", "value", "nan", [-ALL, 0.99999994], "x < 1"),
      danger("x", "gradient", "inf-gradient", [1, 1], "x = 1"),
      danger("x", "gradient", "vanished-gradient", [18446745e12, ALL], "x > 1.84e19")
    ]
  }),
  unary({
    name: "atanh",
    range: (x) => atanh(x),
    dangers: [
      danger("x", "value", "infinity", [1, ALL], "x >= 1"),
      danger("x", "value", "infinity", [-ALL, -1], "x <= -1")
    ]
  }),
  unary({ name: "erf", range: erf, dtype: "float32", refuses: notBool })
];
function notBool(call) {
  return tensorType(operand(call, "x")) === "bool" ? "erf takes int32 and float32 tensors" : void 0;
}
var rounding = [
  unary({
    name: "abs",
    accepts: "any",
    range: absolute,
    // The absolute value of a complex number is real.
    dtype: realType
  }),
  unary({ name: "neg", range: negated }),
  unary({ name: "sign", range: sign, gradient: "zero" }),
  unary({ name: "ceil", accepts: "float32", range: ceil, gradient: "zero" }),
  unary({ name: "floor", accepts: "float32", range: floor, gradient: "zero" }),
  unary({ name: "round", range: roundToEven, gradient: "zero" }),
  {
    ...unary({
      name: "clipByValue",
      more: [required("clipValueMin", "number"), required("clipValueMax", "number")],
      range: (x) => x,
      refuses: (call) => {
        const low = numberOf(call, "clipValueMin");
        const high = numberOf(call, "clipValueMax");
        if (low === void 0 || high === void 0 || low <= high) return void 0;
        return `the lower bound ${low} is not below the upper bound ${high}`;
      }
    }),
    range: clippedRange
  }
];
function realType(call) {
  const dtype = tensorType(operand(call, "x"));
  return dtype === "complex64" ? "float32" : dtype;
}
function clippedRange(call) {
  const x = operand(call, "x");
  const low = attributeRange(call, "clipValueMin");
  const high = attributeRange(call, "clipValueMax");
  const fills = low.low === low.high && high.low === high.high && low.low === high.low;
  return stored(fills ? constantRange(low.low) : clip(tensorRange(x), notNaN(low), notNaN(high)), tensorType(x));
}
function notNaN(bound) {
  return { ...bound, mayBeNaN: false };
}
var tests = [
  unary({
    name: "isFinite",
    dtype: "bool",
    gradient: "zero",
    range: (x) => isFinite(x) ? constantRange(1) : TRUTH
  }),
  unary({
    name: "isInf",
    dtype: "bool",
    gradient: "zero",
    range: (x) => x.low > -Infinity && x.high < Infinity ? constantRange(0) : TRUTH
  }),
  unary({
    name: "isNaN",
    dtype: "bool",
    gradient: "zero",
    range: (x) => x.mayBeNaN ? TRUTH : constantRange(0)
  }),
  unary({ name: "logicalNot", accepts: "bool", dtype: "bool", gradient: "throws", range: () => TRUTH })
];
var copies = [
  unary({ name: "onesLike", accepts: "any", gradient: "zero", range: () => constantRange(1) }),
  unary({ name: "zerosLike", accepts: "any", gradient: "zero", range: () => constantRange(0) }),
  unary({ name: "clone", accepts: "all", range: (x) => x }),
  unary({
    name: "reverse",
    more: [optional("axis", "axes", null)],
    range: (x) => x,
    refuses: (call) => {
      const along2 = axesOf(call, "axis", operand(call, "x").shape);
      return isThrown(along2) ? along2.throws : void 0;
    }
  }),
  castRow()
];
var DTYPES = ["float32", "int32", "bool", "complex64", "string"];
function castRow() {
  const target = (call) => stringOf(call, "dtype");
  return {
    name: "cast",
    parameters: [tensor("x"), required("dtype", "dtype")],
    chained: ["x", "dtype"],
    chainedAliases: [
      { name: "asType" },
      { name: "toFloat", attributes: { dtype: "float32" }, parameters: ["x"] },
      { name: "toInt", attributes: { dtype: "int32" }, parameters: ["x"] },
      { name: "toBool", attributes: { dtype: "bool" }, parameters: ["x"] }
    ],
    shape: (call) => {
      const x = operand(call, "x");
      const to = target(call);
      const reason2 = refusal(x, "all");
      if (reason2 !== void 0) return throws(reason2);
      if (to === void 0) return x.shape;
      if (!DTYPES.includes(to)) return throws(`there is no element type ${to}`);
      const from = tensorType(x);
      if (from !== void 0 && from === "string" !== (to === "string")) {
        return throws("only strings can be cast to strings");
      }
      return x.shape;
    },
    dtype: target,
    range: (call) => {
      const x = operand(call, "x");
      const from = tensorRange(x, "any");
      if (tensorType(x) === "complex64" || target(call) === void 0) return unknownRange();
      return target(call) === "complex64" ? joinRanges(rearranged(from), constantRange(0)) : convertedRange(from, target(call));
    },
    gradient: "flows",
    dangers: []
  };
}
var elementwise = [
  ...exponentials,
  ...roots,
  ...trigonometry,
  ...rounding,
  ...tests,
  ...copies
];

// src/ops/javascript.ts
var SMALLEST = Number.MIN_VALUE;
function unaryNumber(name, run, range2, dangers = []) {
  return {
    name: `js.${name}`,
    parameters: [tensor("x")],
    shape: () => [],
    dtype: () => "number",
    range: (call) => range2(operand(call, "x").range),
    gradient: "flows",
    dangers,
    run: (_tf, call) => run(number(call, "x"))
  };
}
function number(call, name) {
  return Number(call.operands[name]);
}
var functions = [
  unaryNumber("neg", (x) => -x, negated),
  unaryNumber("abs", Math.abs, absolute),
  unaryNumber("exp", Math.exp, (x) => exp(x, FLOAT64), [
    danger("x", "value", "overflow", [709.782712893385, Infinity], "x > 709.78")
  ]),
  unaryNumber("expm1", Math.expm1, (x) => expm1(x, FLOAT64), [
    danger("x", "value", "overflow", [709.782712893385, Infinity], "x > 709.78")
  ]),
  unaryNumber("log", Math.log, (x) => log(x, FLOAT64), [danger("x", "value", "infinity", [-Infinity, 0], "x <= 0")]),
  unaryNumber("log2", Math.log2, (x) => log2(x, FLOAT64), [danger("x", "value", "infinity", [-Infinity, 0], "x <= 0")]),
  unaryNumber("log10", Math.log10, (x) => log10(x, FLOAT64), [
    danger("x", "value", "infinity", [-Infinity, 0], "x <= 0")
  ]),
  unaryNumber("log1p", Math.log1p, (x) => log1p(x, FLOAT64), [
    danger("x", "value", "infinity", [-Infinity, -1], "x <= -1")
  ]),
  unaryNumber("sqrt", Math.sqrt, sqrt, [danger("x", "value", "nan", [-Infinity, -SMALLEST], "x < 0")]),
  unaryNumber("cbrt", Math.cbrt, (x) => cbrt(x, FLOAT64)),
  unaryNumber("sin", Math.sin, (x) => sin(x, FLOAT64)),
  unaryNumber("cos", Math.cos, (x) => cos(x, FLOAT64)),
  unaryNumber("tan", Math.tan, (x) => tan(x, FLOAT64)),
  unaryNumber("asin", Math.asin, (x) => asin(x, FLOAT64)),
  unaryNumber("acos", Math.acos, (x) => acos(x, FLOAT64)),
  unaryNumber("atan", Math.atan, (x) => atan(x, FLOAT64)),
  unaryNumber("sinh", Math.sinh, (x) => sinh(x, FLOAT64), [
    danger("x", "value", "overflow", [710.4758600739439, Infinity], "x > 710.48"),
    danger("x", "value", "overflow", [-Infinity, -710.4758600739439], "x < -710.48")
  ]),
  unaryNumber("cosh", Math.cosh, (x) => cosh(x, FLOAT64), [
    danger("x", "value", "overflow", [710.4758600739439, Infinity], "x > 710.48"),
    danger("x", "value", "overflow", [-Infinity, -710.4758600739439], "x < -710.48")
  ]),
  unaryNumber("tanh", Math.tanh, (x) => tanh(x, FLOAT64)),
  unaryNumber("asinh", Math.asinh, (x) => asinh(x, FLOAT64)),
  unaryNumber("acosh", Math.acosh, (x) => acosh(x, FLOAT64)),
  unaryNumber("atanh", Math.atanh, (x) => atanh(x, FLOAT64)),
  unaryNumber("floor", Math.floor, floor),
  unaryNumber("ceil", Math.ceil, ceil),
  unaryNumber("round", Math.round, roundHalfUp),
  unaryNumber("trunc", Math.trunc, toWhole(increasing(Math.trunc))),
  unaryNumber("sign", Math.sign, signed),
  unaryNumber("fround", Math.fround, (x) => stored(x, "float32"))
];
function signed(x) {
  return withNaN(sign({ ...x, mayBeNaN: false }), x.mayBeNaN);
}
function binaryNumber(row) {
  return {
    name: `js.${row.name}`,
    parameters: [tensor("a"), tensor("b")],
    shape: () => [],
    dtype: () => "number",
    range: (call) => {
      const [a, b] = [operand(call, "a"), operand(call, "b")];
      const plain2 = row.range(a.range, b.range);
      return row.relation ? row.relation(a, b, plain2, a.range) : plain2;
    },
    gradient: "flows",
    dangers: row.dangers ?? [],
    run: (_tf, call) => row.run(number(call, "a"), number(call, "b"))
  };
}
var operators = [
  binaryNumber({ name: "add", run: (a, b) => a + b, range: add }),
  binaryNumber({ name: "sub", run: (a, b) => a - b, range: subtract, relation: difference }),
  binaryNumber({ name: "mul", run: (a, b) => a * b, range: multiply, relation: product }),
  binaryNumber({
    name: "div",
    run: (a, b) => a / b,
    range: divide,
    relation: quotient2,
    dangers: [danger("b", "value", "infinity", [0, 0], "b = 0")]
  }),
  binaryNumber({
    name: "mod",
    run: (a, b) => a % b,
    range: remainder,
    dangers: [danger("b", "value", "nan", [0, 0], "b = 0")]
  }),
  binaryNumber({
    name: "pow",
    run: Math.pow,
    range: (base, exponent2) => power(base, exponent2, FLOAT64),
    dangers: [
      danger("a", "value", "nan", [-Infinity, -SMALLEST], "a < 0", (call) => !isWhole(operand(call, "b").range)),
      danger("a", "value", "infinity", [0, 0], "a = 0", (call) => operand(call, "b").range.low < 0)
    ]
  }),
  binaryNumber({ name: "atan2", run: Math.atan2, range: (a, b) => atan2(a, b, FLOAT64) })
];
function isWhole(range2) {
  return range2.integer || Number.isInteger(onlyValue(range2));
}
function remainder(a, b) {
  const size = modulo(absolute(a), absolute(b));
  const mayBeNaN = size.mayBeNaN || a.low === -Infinity || a.high === Infinity;
  const positive2 = { ...size, mayBeNaN };
  if (a.low >= 0 && !Object.is(a.low, -0)) return positive2;
  return a.high < 0 ? negated(positive2) : joinRanges(negated(positive2), positive2);
}
var choices2 = [
  binaryNumber({ name: "max", run: Math.max, range: larger }),
  binaryNumber({ name: "min", run: Math.min, range: smaller }),
  binaryNumber({ name: "hypot", run: Math.hypot, range: hypotenuse })
];
function hypotenuse(a, b) {
  const [x, y] = [absolute(a), absolute(b)];
  const by = add(squared(a), squared(b));
  const low = Math.hypot(x.low, y.low) * (1 - FLOAT64);
  const high = Math.hypot(x.high, y.high) * (1 + FLOAT64);
  return interval(low, high, [by.lowBy, by.highBy], { mayBeNaN: a.mayBeNaN || b.mayBeNaN });
}
var random = {
  name: "js.random",
  parameters: [],
  shape: () => [],
  dtype: () => "number",
  range: () => interval(0, 1 - 2 ** -53, "attained"),
  gradient: "zero",
  dangers: [],
  run: () => Math.random()
};
var javascript = [...functions, ...operators, ...choices2, random];

// src/ops/contraction.ts
var ROUNDING = 2 ** -24;
function contraction({ a, b, count, block, partial, dtype }) {
  const full = sumOfProducts(a, b, count);
  const sums3 = partial ? joinRanges(constantRange(0), sumOfProducts(a, b, 1), full) : full;
  const exact = stored(sums3, dtype);
  const roundings = typeof count === "number" ? Math.max(0, Math.ceil(count / block) - 1) : Infinity;
  return dtype === "int32" || dtype === "bool" ? exact : loosened2(exact, roundings);
}
function loosened2(sum2, roundings) {
  const largest = Math.max(Math.abs(sum2.low), Math.abs(sum2.high));
  const exact = sum2.integer && largest <= 2 ** 24;
  if (roundings === 0 || exact || !Number.isFinite(largest) || !Number.isFinite(roundings)) return sum2;
  const slack = largest * roundings * ROUNDING * 1.01;
  return {
    ...sum2,
    low: sum2.low >= 0 ? Math.max(0, sum2.low - slack) : sum2.low - slack,
    high: sum2.high <= 0 ? Math.min(0, sum2.high + slack) : sum2.high + slack
  };
}

// src/ops/moving.ts
function moving(row) {
  const name = row.of ?? "x";
  const accepts = row.accepts ?? "any";
  const taken = accepts === "real" ? "all" : accepts;
  const parameters = [tensor(name), ...row.more ?? []];
  const arrange = row.drops ? selected : rearranged;
  return {
    name: row.name,
    aliases: row.aliases,
    parameters,
    chained: row.chained === true ? parameters.map((parameter) => parameter.name) : row.chained,
    chainedAliases: row.chainedAliases,
    result: row.result,
    shape: (call) => {
      const x = operand(call, name);
      const complex2 = accepts === "real" && x.dtype === "complex64" ? "complex64 is not supported" : void 0;
      const reason2 = refusal(x, taken) ?? complex2;
      if (reason2 !== void 0) return throws(reason2);
      return x.shape === void 0 ? row.blindShape?.(call) : row.shape(call, x.shape);
    },
    dtype: row.dtype ?? ((call) => tensorType(operand(call, name), taken)),
    range: row.range ?? ((call) => arrange(tensorRange(operand(call, name), taken))),
    gradient: row.gradient ?? "flows",
    dangers: [],
    run: row.run
  };
}

// src/ops/shapes/contractions.ts
function matrixProduct(a, b, transposeA, transposeB) {
  const flat2 = [a, b].find((shape) => shape !== void 0 && shape.length < 2);
  if (flat2) return throws(`matMul needs matrices, ${showShape(flat2)} has rank ${flat2.length}`);
  if (a === void 0 || b === void 0) return void 0;
  const [rows, innerA] = matrixOf(a, transposeA);
  const [innerB, columns] = matrixOf(b, transposeB);
  if (sizesDiffer(innerA.size, innerB.size)) {
    return throws(`the inner sizes ${showSize(innerA.size)} and ${showSize(innerB.size)} of ${showShape(a)} and ${showShape(b)} differ`);
  }
  const batch = broadcastShapes(a.slice(0, -2), b.slice(0, -2));
  return "throws" in batch ? batch : [...batch, unit(rows), unit(columns)];
}
function matrixOf(shape, transposed2) {
  const [rows, columns] = [shape[shape.length - 2], shape[shape.length - 1]];
  return transposed2 ? [columns, rows] : [rows, columns];
}
function unit(d) {
  return d.size === 1 ? { ...d, one: d.one ?? "structural" } : d;
}
function dotProduct(a, b) {
  const other = [a, b].find((shape) => shape && (shape.length < 1 || shape.length > 2));
  if (other) return throws(`dot takes vectors and matrices, ${showShape(other)} is neither`);
  if (a === void 0 || b === void 0) return void 0;
  if (sizesDiffer(a.at(-1).size, b[0].size)) return throws(`the inner sizes of ${showShape(a)} and ${showShape(b)} differ`);
  return [...a.slice(0, -1), ...b.slice(1)].map(unit);
}
function parseEquation(equation, count) {
  const sides = equation.replace(/\s/g, "").split("->");
  const [left = "", output2 = ""] = sides;
  if (sides.length !== 2) return throws(`'${equation}' must have one arrow`);
  if (left.includes("...")) return throws("an ellipsis is not supported");
  const inputs = left.split(",");
  if (inputs.length !== count) return throws(`'${equation}' is for ${inputs.length} tensors, there are ${count}`);
  if (inputs.length > 2) return throws("more than two tensors are not supported");
  const unbound = [...output2].find((letter) => !left.includes(letter));
  if (unbound) return throws(`'${unbound}' of the result is on no input`);
  const repeated2 = inputs.find((letters) => new Set(letters).size !== letters.length);
  return repeated2 ? throws(`'${repeated2}' repeats an axis`) : { inputs, output: output2 };
}
function bindLetters({ inputs }, shapes) {
  const bound = /* @__PURE__ */ new Map();
  for (const [index, letters] of inputs.entries()) {
    const shape = shapes[index];
    if (shape === void 0) return void 0;
    for (const [axis, letter] of [...letters].entries()) {
      const d = shape[axis];
      if (d === void 0) return throws(`'${letters}' does not fit the rank of ${showShape(shape)}`);
      const before = bound.get(letter);
      if (before && sizesDiffer(before.size, d.size)) {
        return throws(`'${letter}' is ${showSize(before.size)} and ${showSize(d.size)}`);
      }
      bound.set(letter, before ?? d);
    }
  }
  return bound;
}
function cellState(call, data, kernel) {
  const columns = kernel[1]?.size;
  if (columns === void 0 || data.length !== 2) return throws("the data and the kernel must be matrices");
  if (typeof columns !== "number") return [data[0], dim(call.freshSize("units"))];
  return columns % 4 === 0 ? [data[0], resized(kernel[1], columns / 4, "structural")] : throws("the kernel has not four gates");
}

// src/ops/linear-algebra.ts
var BLOCK = 48;
function refused(call, ...names) {
  const reason2 = names.map((name) => refusal(operand(call, name), "numeric")).find((text2) => text2 !== void 0);
  return reason2 === void 0 ? void 0 : throws(reason2);
}
function productType(call, a, b) {
  return widerType(tensorType(operand(call, a)), tensorType(operand(call, b)));
}
function product2(name, [a, b], more) {
  const parameters = [tensor(a), tensor(b), ...more.parameters ?? []];
  return {
    name,
    parameters,
    chained: more.chained ? parameters.map((parameter) => parameter.name) : void 0,
    shape: (call) => refused(call, a, b) ?? more.shape(call),
    dtype: (call) => productType(call, a, b),
    range: (call) => contraction({
      a: tensorRange(operand(call, a)),
      b: tensorRange(operand(call, b)),
      count: more.count(call),
      block: BLOCK,
      dtype: productType(call, a, b)
    }),
    gradient: more.gradient,
    dangers: []
  };
}
var matMul = product2("matMul", ["a", "b"], {
  parameters: [optional("transposeA", "boolean", false), optional("transposeB", "boolean", false)],
  chained: true,
  gradient: "unreduced",
  shape: (call) => {
    const [transposeA, transposeB] = [booleanOf(call, "transposeA"), booleanOf(call, "transposeB")];
    if (transposeA === void 0 || transposeB === void 0) return void 0;
    return matrixProduct(operand(call, "a").shape, operand(call, "b").shape, transposeA, transposeB);
  },
  count: (call) => {
    const { shape } = operand(call, "a");
    const transposed2 = booleanOf(call, "transposeA");
    return shape && transposed2 !== void 0 ? shape[shape.length - (transposed2 ? 2 : 1)]?.size : void 0;
  }
});
var dot = product2("dot", ["t1", "t2"], {
  chained: true,
  gradient: "flows",
  shape: (call) => dotProduct(operand(call, "t1").shape, operand(call, "t2").shape),
  count: (call) => operand(call, "t1").shape?.at(-1)?.size
});
var outerProduct = product2("outerProduct", ["v1", "v2"], {
  gradient: "flows",
  shape: (call) => {
    const [a, b] = [operand(call, "v1").shape, operand(call, "v2").shape];
    const other = [a, b].find((shape) => shape && shape.length !== 1);
    if (other) return throws(`an outer product takes vectors, ${showShape(other)} is none`);
    return a && b && [a[0], b[0]];
  },
  count: () => 1
});
var einsum = {
  name: "einsum",
  parameters: [required("equation", "string"), tensors("tensors")],
  shape: (call) => {
    const parsed = equationOf(call);
    if (parsed === void 0 || "throws" in parsed) return parsed;
    const bound = bindLetters(parsed, operandList(call, "tensors").map(({ shape }) => shape));
    if (bound === void 0 || "throws" in bound) return bound;
    return [...parsed.output].map((letter) => bound.get(letter));
  },
  dtype: (call) => {
    const [a, b = a] = operandList(call, "tensors").map((each) => tensorType(each));
    return widerType(a, b);
  },
  range: (call) => {
    const [a, b = constantRange(1)] = operandList(call, "tensors").map((each) => tensorRange(each));
    const dtype = einsum.dtype(call);
    return contraction({ a, b, count: summedOver(call), block: 1, dtype });
  },
  gradient: "throws",
  dangers: [],
  run: (tf, { operands, attributes }) => tf.einsum(attributes["equation"], ...operands["tensors"])
};
function equationOf(call) {
  const equation = stringOf(call, "equation");
  return equation === void 0 ? void 0 : parseEquation(equation, operandList(call, "tensors").length);
}
function summedOver(call) {
  const parsed = equationOf(call);
  if (parsed === void 0 || "throws" in parsed) return void 0;
  const bound = bindLetters(parsed, operandList(call, "tensors").map(({ shape }) => shape));
  if (bound === void 0 || "throws" in bound) return void 0;
  const summed = [...bound].filter(([letter]) => !parsed.output.includes(letter));
  return multiplySizes(summed.map(([, d]) => d.size));
}
var qr = {
  name: "linalg.qr",
  parameters: [tensor("x"), optional("fullMatrices", "boolean", false)],
  result: "list",
  shape: (call) => {
    const { shape: x } = operand(call, "x");
    const full = booleanOf(call, "fullMatrices");
    if (x === void 0 || full === void 0) return void 0;
    const [rows, columns] = x.slice(-2);
    if (rows === void 0 || columns === void 0) return throws(`${showShape(x)} is no matrix`);
    const [m, n] = [rows.size, columns.size];
    if (typeof m !== "number" || typeof n !== "number") return void 0;
    if (x.length > 2) return m === n ? x : throws(`stacked matrices must be square, ${showShape(x)} are not`);
    const tall = !full && m > n;
    const q = tall ? [rows, columns] : [rows, rows];
    return call.output === 1 ? tall ? [columns, columns] : [rows, columns] : q;
  },
  dtype: () => "float32",
  range: (call) => {
    const x = operand(call, "x");
    const rows = x.shape?.at(-2)?.size;
    const length = typeof rows === "number" ? Math.sqrt(rows) * absolute(x.range).high : Infinity;
    const most = (call.output === 1 ? length : 1) * (1 + 1e-4) + 1e-30;
    return interval(-most, most, "bound", { mayBeNaN: true });
  },
  gradient: "flows",
  dangers: []
};
var gramSchmidt = moving({
  name: "linalg.gramSchmidt",
  of: "xs",
  accepts: "numeric",
  dtype: () => "float32",
  range: () => interval(-1.0001, 1.0001, "bound", { mayBeNaN: true }),
  shape: (_, xs) => {
    const [count, size] = xs.map((d) => d.size);
    if (count === void 0 || size === void 0 || xs.length !== 2) return void 0;
    const tooMany = typeof count === "number" && typeof size === "number" && count > size;
    return tooMany ? throws(`${count} vectors of ${size} numbers cannot be orthogonal`) : xs;
  }
});
var bandPart = moving({
  name: "linalg.bandPart",
  of: "a",
  accepts: "numeric",
  more: [required("numLower", "integer"), required("numUpper", "integer")],
  range: (call) => joinRanges(constantRange(0), tensorRange(operand(call, "a"))),
  shape: (call, a) => {
    const [rows, columns] = a.slice(-2);
    if (rows === void 0 || columns === void 0) return throws(`${showShape(a)} is no matrix`);
    for (const [name, side] of [["numLower", rows], ["numUpper", columns]]) {
      const width = numberOf(call, name);
      if (width !== void 0 && !Number.isInteger(width)) return throws(`${name} is ${width}`);
      if (width !== void 0 && typeof side.size === "number" && width > side.size) {
        return throws(`${name} is ${width}, ${showShape(a)} has only ${side.size}`);
      }
    }
    return a;
  }
});
var basicLSTMCell = {
  name: "basicLSTMCell",
  parameters: ["forgetBias", "lstmKernel", "lstmBias", "data", "c", "h"].map(tensor),
  result: "list",
  shape: (call) => {
    const [data, kernel] = [operand(call, "data").shape, operand(call, "lstmKernel").shape];
    if (data === void 0 || kernel === void 0) return operand(call, "c").shape;
    return cellState(call, data, kernel);
  },
  dtype: () => "float32",
  range: (call) => {
    if (call.output === 1) return withNaN(interval(-1, 1, "attained"), !isFiniteCell(call));
    const kept = multiply(tensorRange(operand(call, "c")), TRUTH);
    const sum2 = joinRanges(kept, interval(kept.low - 1, kept.high + 1, [kept.lowBy, kept.highBy]));
    return stored(withNaN(sum2, kept.mayBeNaN || !isFiniteCell(call)), "float32");
  },
  gradient: "flows",
  dangers: []
};
function isFiniteCell(call) {
  const finite = ({ low, high, mayBeNaN }) => Number.isFinite(low) && Number.isFinite(high) && !mayBeNaN;
  return ["lstmKernel", "lstmBias", "data", "h", "c"].every((name) => finite(tensorRange(operand(call, name))));
}
var linearAlgebra = [
  matMul,
  dot,
  outerProduct,
  einsum,
  qr,
  gramSchmidt,
  bandPart,
  basicLSTMCell
];

// src/ops/reduction.ts
function reducedShape(shape, along2, keep) {
  if (new Set(along2).size !== along2.length) return void 0;
  if (keep) return shape.map((d, axis) => along2.includes(axis) ? dim(1, { axis: d.axis, one: "explicit" }) : d);
  return shape.filter((_, axis) => !along2.includes(axis));
}
function reductionShape(call, accepts) {
  const x = operand(call, "x");
  const reason2 = refusal(x, accepts);
  if (reason2 !== void 0) return throws(reason2);
  const along2 = axesOf(call, "axis", x.shape);
  if (isThrown(along2)) return along2;
  const keep = booleanOf(call, "keepDims");
  if (x.shape === void 0 || along2 === void 0) return void 0;
  if (keep === void 0 && along2.length > 0) return void 0;
  return reducedShape(x.shape, along2, keep ?? false);
}
function reducedCount(call) {
  const x = operand(call, "x");
  const along2 = axesOf(call, "axis", x.shape);
  return isThrown(along2) ? void 0 : countAlong(x.shape, along2);
}
function reduction(row) {
  const accepts = row.accepts ?? "numeric";
  const dtype = (call) => {
    const x = tensorType(operand(call, "x"), accepts);
    return row.dtype ? row.dtype(x) : x;
  };
  return {
    name: row.name,
    parameters: [tensor("x"), axes(), keepDims],
    chained: ["x", "axis", "keepDims"],
    shape: (call) => reductionShape(call, accepts),
    dtype,
    range: (call) => {
      const x = operand(call, "x");
      if (tensorType(x, accepts) === "complex64") return unknownRange();
      return stored(selected(row.range(tensorRange(x, accepts), reducedCount(call), call)), dtype(call));
    },
    gradient: row.gradient ?? "flows",
    dangers: row.dangers ?? []
  };
}
var boolAsInt2 = (x) => x === "bool" ? "int32" : x;
var asFloat = () => "float32";
var asBool = () => "bool";
function along(call) {
  return namedAxes(call.attributes["axis"], operand(call, "x").shape);
}
var sums2 = [
  reduction({
    name: "sum",
    dtype: boolAsInt2,
    range: (x, count, call) => sumRelation(operand(call, "x"), along(call), sumOver(x, count))
  }),
  reduction({ name: "mean", accepts: "any", dtype: asFloat, range: meanOver }),
  reduction({ name: "prod", dtype: boolAsInt2, range: productOver })
];
function extreme(name) {
  const relation = name === "max" ? maxRelation : minRelation;
  return reduction({
    name,
    range: (x, count, call) => {
      if (count === 0) return withNaN(constantRange(0));
      return relation(operand(call, "x"), along(call), x);
    }
  });
}
var extremes = [
  extreme("max"),
  extreme("min"),
  ...["all", "any"].map(
    (name) => reduction({ name, accepts: "bool", dtype: asBool, gradient: "throws", range: (x) => joinRanges(rearranged(x), TRUTH) })
  ),
  ...["argMax", "argMin"].map(position)
];
function position(name) {
  const axisOf2 = (call) => numberOf(call, "axis");
  return {
    name,
    parameters: [tensor("x"), axes(0)],
    chained: ["x", "axis"],
    shape: (call) => {
      const x = operand(call, "x");
      const reason2 = refusal(x, "numeric");
      if (reason2 !== void 0) return throws(reason2);
      const along2 = axesOf(call, "axis", x.shape);
      if (isThrown(along2)) return along2;
      if (x.shape === void 0 || along2 === void 0 || along2.length === 0) return void 0;
      return along2.length === 1 ? reducedShape(x.shape, along2, false) : manyAxes(x.shape, along2);
    },
    dtype: () => "int32",
    range: (call) => {
      const x = operand(call, "x");
      const axis = axisOf2(call);
      const along2 = axis === void 0 ? void 0 : axesOf(call, "axis", x.shape);
      const count = along2 === void 0 || isThrown(along2) ? void 0 : countAlong(x.shape, along2);
      return typeof count === "number" ? indexRange(Math.max(0, count - 1)) : indexRange(2 ** 31 - 1, "bound");
    },
    gradient: "zero",
    dangers: []
  };
}
function manyAxes(shape, along2) {
  const innermost = along2.every((axis, index) => axis === shape.length - along2.length + index);
  return innermost ? throws("several axes are not supported") : void 0;
}
var LOG_MOST2 = interval(0, Math.log(2 ** 32), ["attained", "bound"]);
function logSumExpRange(x, count) {
  if (count === 0) return withNaN(constantRange(0));
  const spread = typeof count === "number" ? log(constantRange(count)) : LOG_MOST2;
  const infinite = x.low === -Infinity || x.high === Infinity;
  const least = typeof count === "number" ? spread : constantRange(0);
  const low = add({ ...x, high: x.low, highBy: x.lowBy }, least);
  const high = add({ ...x, low: x.high, lowBy: x.highBy }, spread);
  const slack = 2 ** -22 * Math.max(Math.abs(x.low), Math.abs(x.high), 1);
  const [from, to] = [low.low - (least.low > 0 ? slack : 0), high.high + (spread.high > 0 ? slack : 0)];
  const outer = interval(Math.max(x.low, from), to, [x.lowBy, high.highBy], { mayBeNaN: x.mayBeNaN || infinite });
  return outer.highBy === "bound" ? { ...outer, reach: { ...reached(x), holds: void 0 } } : outer;
}
var logSumExp = {
  ...reduction({ name: "logSumExp", dtype: asFloat, range: logSumExpRange }),
  range: (call) => {
    const x = operand(call, "x");
    if (tensorType(x) === "bool") return unknownRange();
    return stored(logSumExpRange(selected(tensorRange(x)), reducedCount(call)), "float32");
  }
};
var NORM_DANGERS = [
  danger("x", "gradient", "nan-gradient", [0, 0], "every x is 0", isEuclidean2),
  danger("x", "value", "overflow", [18446745e12, Infinity], "x > 1.84e19", isEuclidean2),
  danger("x", "value", "overflow", [-Infinity, -18446745e12], "x < -1.84e19", isEuclidean2)
];
function isEuclidean2(call) {
  const order = call.attributes["ord"];
  return order === void 0 || order === "euclidean" || order === "fro" || order === 2;
}
function orderOf(call, matrix) {
  const order = call.attributes["ord"] ?? "euclidean";
  if (order === 1) return 1;
  if (order === Infinity) return "largest";
  if (order === -Infinity) return "smallest";
  if (order === "euclidean" || order === (matrix ? "fro" : 2)) return 2;
  return typeof order === "object" ? "unknown" : "invalid";
}
function normKind(call, rank2) {
  const axis = call.attributes["axis"];
  if (rank2 === 0) return "scalar";
  if (axis === null || axis === void 0 || typeof axis === "number" || rank2 === 1) return "vector";
  if (!Array.isArray(axis)) return "unknown";
  return axis.length === 1 ? "vector" : axis.length === 2 ? "matrix" : "invalid";
}
function normShape(call) {
  const x = operand(call, "x");
  const reason2 = refusal(x, "any");
  if (reason2 !== void 0) return throws(reason2);
  if (x.shape === void 0) return void 0;
  const kind = normKind(call, x.shape.length);
  if (kind === "unknown") return void 0;
  const keep = booleanOf(call, "keepDims");
  if (kind === "scalar") return keep === false ? [] : scalarNorm(call);
  if (kind === "invalid") return throws("the norm is taken of one axis, of two, or of all");
  const order = orderOf(call, kind === "matrix");
  if (order === "invalid") return throws(`there is no such norm: ${String(call.attributes["ord"])}`);
  const type = tensorType(x);
  if (order === 2 && (type === "int32" || type === "bool")) return throws(`the square root of a ${type} tensor`);
  const given = axesOf(call, "axis", x.shape);
  if (isThrown(given)) return given;
  if (given === void 0 || keep === void 0 || order === "unknown") return void 0;
  if (kind === "matrix" && order !== 2) return matrixNormShape(x.shape, call, given, order, keep);
  return reducedShape(x.shape, given, keep);
}
function scalarNorm(call) {
  const along2 = axesOf(call, "axis", []);
  if (booleanOf(call, "keepDims") === void 0) return void 0;
  return isThrown(along2) ? along2 : [];
}
function matrixNormShape(shape, call, given, order, keep) {
  const raw = call.attributes["axis"];
  const inner = order === 1 ? given[0] : given[1];
  const rest = shape.filter((_, axis) => axis !== inner);
  const outer = order === 1 ? raw[1] - 1 : raw[0];
  const position2 = outer < 0 ? outer + rest.length : outer;
  if (position2 < 0 || position2 >= rest.length) return throws(`axis ${outer} is outside the shape that is left`);
  const result = rest.filter((_, axis) => axis !== position2);
  if (!keep) return result;
  const kept = reducedShape(shape, given, true);
  const right = kept !== void 0 && reducedShape(shape, given, false).every((d, axis) => d === result[axis]);
  return right ? kept : void 0;
}
function normRange(call) {
  const x = operand(call, "x");
  const values = absolute(selected(tensorRange(x, "any")));
  const type = tensorType(x);
  if (type === "complex64" || x.shape === void 0) return stored(positive(call, values, void 0), type);
  const kind = normKind(call, x.shape.length);
  if (kind === "scalar") return stored(values, type);
  const all = axesOf(call, "axis", x.shape);
  const count = all === void 0 || isThrown(all) ? void 0 : countAlong(x.shape, all);
  return stored(positive(call, values, kind === "matrix" && orderOf(call, true) !== 2 ? matrixCount(x.shape) : count), type);
}
function matrixCount(shape) {
  const size = multiplySizes(shape.map((d) => d.size));
  return size === 0 ? 0 : void 0;
}
function positive(call, values, count) {
  const order = orderOf(call, false);
  if (order === "largest" || order === "smallest") {
    return withNaN(joinRanges(values, sumOver(values, count)), count === 0 || count === void 0);
  }
  if (order === 1) return joinRanges(sumOver(values, count), ...count === void 0 ? [values] : []);
  const squares = stored(squared(values), "float32");
  return sqrt(stored(sumOver(squares, count), "float32"));
}
var norms = [
  {
    name: "norm",
    parameters: [tensor("x"), optional("ord", "any", "euclidean"), axes(), keepDims],
    chained: ["x", "ord", "axis", "keepDims"],
    shape: normShape,
    dtype: (call) => tensorType(operand(call, "x")),
    range: normRange,
    gradient: "flows",
    dangers: NORM_DANGERS
  },
  {
    name: "euclideanNorm",
    parameters: [tensor("x"), axes(), keepDims],
    chained: ["x", "axis", "keepDims"],
    shape: normShape,
    dtype: (call) => tensorType(operand(call, "x")),
    range: normRange,
    gradient: "flows",
    dangers: NORM_DANGERS
  }
];
var moments = {
  name: "moments",
  parameters: [tensor("x"), axes(), keepDims],
  result: { record: ["mean", "variance"] },
  shape: (call) => reductionShape(call, "any"),
  dtype: asFloat,
  range: (call) => {
    const x = operand(call, "x");
    const count = reducedCount(call);
    const values = selected(tensorRange(x, "any"));
    if (tensorType(x, "any") === "complex64") return unknownRange();
    const mean = stored(meanOver(values, count), "float32");
    if (call.output !== "variance") return mean;
    const squares = stored(squared(stored(subtract(values, mean), "float32")), "float32");
    return stored(meanOver(squares, count), "float32");
  },
  gradient: "flows",
  dangers: []
};
var reductions = [...sums2, ...extremes, logSumExp, ...norms, moments];

// src/ops/scan.ts
var MOST_ROUNDINGS = 2 ** 20;
function scan(name, of, start, gradient) {
  const dtype = (call) => {
    const x = tensorType(operand(call, "x"));
    return x === "bool" ? "int32" : x;
  };
  return {
    name,
    parameters: [tensor("x"), axes(0), optional("exclusive", "boolean", false), optional("reverse", "boolean", false)],
    chained: ["x", "axis", "exclusive", "reverse"],
    shape: scanShape,
    dtype,
    range: (call) => {
      const x = selected(tensorRange(operand(call, "x")));
      const count = scanCount(call);
      const whole2 = of(x, count);
      const range2 = joinRanges(x, whole2, constantRange(start));
      const steps = typeof count === "number" ? count : MOST_ROUNDINGS;
      const loose = loosened3(range2, steps * 2 ** -23);
      const reach2 = range2.reach && loosened3(joinRanges(x, reached(whole2)), steps * 2 ** -23);
      return stored(reach2 ? { ...loose, reach: reach2 } : loose, dtype(call));
    },
    gradient,
    dangers: []
  };
}
function loosened3(x, slack) {
  if (x.integer && Math.max(Math.abs(x.low), Math.abs(x.high)) <= 2 ** 24) return x;
  return { ...x, low: x.low - Math.abs(x.low) * slack, high: x.high + Math.abs(x.high) * slack };
}
function scanShape(call) {
  const x = operand(call, "x");
  const reason2 = refusal(x, "numeric");
  if (reason2 !== void 0) return throws(reason2);
  const axis = numberOf(call, "axis");
  if (x.shape === void 0 || axis === void 0) return void 0;
  return Number.isInteger(axis) && axis >= 0 && axis < x.shape.length ? x.shape : void 0;
}
function scanCount(call) {
  const shape = operand(call, "x").shape;
  const axis = numberOf(call, "axis");
  return axis !== void 0 && axis >= 0 && shape?.[axis] ? countAlong(shape, [axis]) : void 0;
}
var scans = [
  scan("cumsum", sumOver, 0, "flows"),
  scan("cumprod", productOver, 1, "throws")
];

// src/ops/shapes/indexing.ts
function cut(d) {
  return d.size === 1 ? { ...d, one: "sliced" } : d;
}
function gathered(call, x, indices) {
  const axis = numberOf(call, "axis");
  const batch = numberOf(call, "batchDims");
  if (axis === void 0 || batch === void 0) return void 0;
  const at = normaliseAxis(axis, x.length);
  if (at === void 0) return throws(`axis ${axis} is outside [-${x.length}, ${x.length})`);
  if (Math.abs(batch) > indices.length) return throws(`batchDims ${batch} exceeds the rank of ${showShape(indices)}`);
  const shared = batch < 0 ? batch + indices.length : batch;
  if (shared > x.length) return throws(`batchDims ${batch} exceeds the rank of ${showShape(x)}`);
  if (at < shared) return throws(`axis ${axis} lies within the ${shared} batch axes`);
  const bad = indices.findIndex((d, index) => index < shared && sizesDiffer(d.size, x[index].size));
  if (bad >= 0) return throws(`batch axis ${bad} of ${showShape(x)} and ${showShape(indices)} differs`);
  const [beyond, length] = [outOfRange(operand(call, "indices"), x[at]), x[at].size];
  if (beyond !== void 0) return throws(`index ${beyond} is outside an axis of size ${String(length)}`);
  return [...x.slice(0, at), ...indices.slice(shared).map(cut), ...x.slice(at + 1)];
}
function outOfRange(indices, axis) {
  const { low, high, lowBy, highBy } = indices.range;
  if (typeof axis.size !== "number" || empty(indices.shape)) return void 0;
  const last = axis.size - 1;
  if (Number.isFinite(low) && (high < 0 || low < 0 && lowBy === "attained")) return low;
  return Number.isFinite(high) && (low > last || high > last && highBy === "attained") ? high : void 0;
}
function empty(shape) {
  return shape !== void 0 && elementCount(shape) === 0;
}
function gatheredND(x, indices) {
  if (x.length === 0 || indices.length === 0) return throws("neither the tensor nor the indices can be a scalar");
  const depth = indices.at(-1).size;
  if (typeof depth !== "number") return void 0;
  if (depth > x.length) return throws(`${depth} indices are given for the rank of ${showShape(x)}`);
  if (empty(x)) return throws("nothing can be gathered from an empty tensor");
  return [...indices.slice(0, -1).map(cut), ...x.slice(depth)];
}
function scatterMismatch(target, indices, updates) {
  if (target === void 0 || indices === void 0 || updates === void 0) return void 0;
  if (target.length === 0) return throws("the result cannot be a scalar");
  if (indices.length === 0 || updates.length === 0) return throws("neither indices nor updates can be a scalar");
  const depth = indices.length > 1 ? indices.at(-1).size : 1;
  if (typeof depth !== "number") return void 0;
  const batch = Math.max(1, indices.length - 1);
  const expected = [...indices.slice(0, batch), ...target.slice(depth)];
  const fits = depth <= target.length && expected.length === updates.length && expected.every((d, axis) => !sizesDiffer(d.size, updates[axis].size));
  return fits ? void 0 : throws(`updates of shape ${showShape(updates)} are given, ${showShape(expected)} are needed`);
}
function segments(count, x, ids) {
  if (ids.length !== 1) return void 0;
  if (x.length === 0 || sizesDiffer(x[0].size, ids[0].size)) {
    return throws(`${showShape(ids)} segment ids are given for the rows of ${showShape(x)}`);
  }
  if (count.size === 0) return throws("there is no segment");
  return [count, ...x.slice(1)];
}
function asMatrix(call, shape) {
  const last = shape.at(-1);
  if (last === void 0) return throws("a scalar has no last axis");
  if (last.size === 0) return throws("the last axis is empty");
  const leading = divideSize(elementCount(shape), last.size) ?? call.freshSize("rows");
  return [leading === 1 ? dim(1, { one: "explicit" }) : dim(leading), last];
}
function spaceToBatch(call, x, block, paddings) {
  if (x.length < 1 + block.length) return throws(`${block.length} block sizes are given for the rank of ${showShape(x)}`);
  if (paddings.length !== block.length) return throws("there must be as many paddings as block sizes");
  const padded2 = x.slice(1, 1 + block.length).map(({ size }, axis) => {
    const [before, after] = paddings[axis];
    return addSizes([size, before + after]) ?? call.freshSize(`padded ${axis}`);
  });
  const bad = padded2.find((size, axis) => typeof size === "number" && size % block[axis] !== 0);
  if (bad !== void 0) return throws("the padded axes are not multiples of the block sizes");
  const blocks2 = block.reduce((a, b) => a * b, 1);
  return [
    resized(x[0], computed(call, "batch", [x[0].size], (batch) => batch * blocks2)),
    ...padded2.map(
      (size, axis) => resized(x[axis + 1], divideSize(size, block[axis]) ?? call.freshSize(`axis ${axis + 1}`))
    ),
    ...x.slice(1 + block.length)
  ];
}
function batchToSpace(call, x, block, crops) {
  if (x.length < 1 + block.length) return throws(`${block.length} block sizes are given for the rank of ${showShape(x)}`);
  if (crops.length !== block.length) return throws("there must be as many crops as block sizes");
  const blocks2 = block.reduce((a, b) => a * b, 1);
  const batch = divideSize(x[0].size, blocks2);
  if (batch === void 0 && typeof x[0].size === "number") {
    return throws(`the batch axis of ${showShape(x)} is not a multiple of ${blocks2}`);
  }
  return [
    resized(x[0], batch ?? call.freshSize("batch")),
    ...block.map((factor, axis) => {
      const [before, after] = crops[axis];
      const d = x[axis + 1];
      return resized(d, computed(call, `axis ${axis + 1}`, [d.size], (size) => size * factor - before - after));
    }),
    ...x.slice(1 + block.length)
  ];
}

// src/ops/indexing.ts
function indicesInto(size) {
  return typeof size === "number" ? indexRange(Math.max(0, size - 1)) : indexRange(2 ** 31 - 1, "bound");
}
var gather = moving({
  name: "gather",
  accepts: "numeric",
  more: [tensor("indices"), optional("axis", "integer", 0), optional("batchDims", "integer", 0)],
  chained: true,
  drops: true,
  gradient: { x: "flows", indices: "none" },
  shape: (call, x) => {
    const indices = operand(call, "indices");
    const reason2 = refusal(indices, "int32");
    return reason2 === void 0 ? indices.shape && gathered(call, x, indices.shape) : throws(reason2);
  }
});
var gatherND = moving({
  name: "gatherND",
  accepts: "real",
  more: [tensor("indices")],
  drops: true,
  gradient: "throws",
  shape: (call, x) => {
    const indices = operand(call, "indices");
    const reason2 = refusal(indices, "int32");
    return reason2 === void 0 ? indices.shape && gatheredND(x, indices.shape) : throws(reason2);
  }
});
var scatterND = {
  name: "scatterND",
  parameters: [tensor("indices"), tensor("updates"), required("shape", "shape")],
  shape: (call) => {
    const target = newShape(call, "shape");
    if (isThrown(target)) return target;
    const [indices, updates] = [operand(call, "indices"), operand(call, "updates")];
    const reason2 = refusal(indices, "int32") ?? refusal(updates, "numeric");
    return reason2 === void 0 ? scatterMismatch(target, indices.shape, updates.shape) ?? target : throws(reason2);
  },
  dtype: (call) => tensorType(operand(call, "updates")),
  range: (call) => {
    const updates = operand(call, "updates");
    const most = updates.shape && elementCount(updates.shape);
    const some = joinRanges(constantRange(0), selected(tensorRange(updates)), sumOver(tensorRange(updates), most));
    return stored(some, scatterND.dtype(call));
  },
  gradient: { indices: "none", updates: "throws" },
  dangers: []
};
var sparseToDense = {
  name: "sparseToDense",
  parameters: [
    tensor("sparseIndices"),
    tensor("sparseValues"),
    required("outputShape", "shape"),
    optionalTensor("defaultValue")
  ],
  shape: (call) => {
    const target = newShape(call, "outputShape");
    const [indices, values] = [operand(call, "sparseIndices"), operand(call, "sparseValues")];
    const reason2 = refusal(indices, "int32");
    if (reason2 !== void 0) return throws(reason2);
    if (target === void 0 || isThrown(target) || indices.shape === void 0) return target;
    if (indices.shape.length > 2) return throws("the indices must be a scalar, a vector or a matrix");
    const depth = indices.shape[1]?.size ?? 1;
    const rows = indices.shape[0]?.size ?? 1;
    if (sizesDiffer(depth, target.length)) return throws(`${showShape(indices.shape)} indices do not address ${showShape(target)}`);
    const wrong = values.shape && (values.shape.length > 1 || values.shape[0] && sizesDiffer(values.shape[0].size, rows));
    return wrong ? throws(`${showShape(values.shape)} values are given for ${showShape(indices.shape)} indices`) : target;
  },
  dtype: (call) => tensorType(operand(call, "sparseValues")),
  range: (call) => {
    const other = call.operands["defaultValue"] === void 0 ? constantRange(0) : tensorRange(operand(call, "defaultValue"));
    return joinRanges(selected(tensorRange(operand(call, "sparseValues"))), other);
  },
  gradient: { sparseIndices: "none", sparseValues: "flows", defaultValue: "flows" },
  dangers: []
};
var tensorScatterUpdate = {
  name: "tensorScatterUpdate",
  parameters: [tensor("tensor"), tensor("indices"), tensor("updates")],
  shape: (call) => {
    const [target, indices, updates] = ["tensor", "indices", "updates"].map((name) => operand(call, name));
    const reason2 = refusal(indices, "int32");
    if (reason2 !== void 0) return throws(reason2);
    const mismatch = scatterMismatch(target.shape, indices.shape, updates.shape);
    if (mismatch) return mismatch;
    const [to, from] = [tensorType(target), tensorType(updates)];
    return to && from && to !== from ? throws(`${from} updates do not go into a ${to} tensor`) : target.shape;
  },
  dtype: (call) => tensorType(operand(call, "tensor")),
  range: (call) => joinRanges(selected(tensorRange(operand(call, "tensor"))), selected(tensorRange(operand(call, "updates")))),
  gradient: "throws",
  dangers: []
};
function valuesAndIndices(call, values) {
  if (call.output !== "indices") return values;
  const { shape } = operand(call, "x");
  const axis = shape && axisOf(call, "axis", shape.length);
  return indicesInto(shape?.[typeof axis === "number" ? axis : shape.length - 1]?.size);
}
function indexType(call) {
  return call.output === "indices" ? "int32" : tensorType(operand(call, "x"), "all");
}
var VALUES_AND_INDICES = { record: ["values", "indices"] };
var topk = moving({
  name: "topk",
  accepts: "numeric",
  more: [optional("k", "integer", 1), optional("sorted", "boolean", true)],
  chained: true,
  result: VALUES_AND_INDICES,
  gradient: "throws",
  dtype: indexType,
  range: (call) => valuesAndIndices(call, selected(tensorRange(operand(call, "x")))),
  shape: (call, x) => {
    const last = x.at(-1);
    if (last === void 0) return throws("a scalar has no largest values");
    const k = sizeOf(call, "k");
    if (typeof k === "number" && (k < 0 || typeof last.size === "number" && k > last.size)) {
      return throws(`k is ${k}, the last axis of ${showShape(x)} has size ${String(last.size)}`);
    }
    return replaceAt(x, x.length - 1, resized(last, k, "sliced"));
  }
});
var unique = moving({
  name: "unique",
  accepts: "real",
  more: [optional("axis", "integer", 0)],
  chained: true,
  result: VALUES_AND_INDICES,
  gradient: "throws",
  dtype: indexType,
  range: (call) => valuesAndIndices(call, selected(tensorRange(operand(call, "x"), "all"))),
  shape: (call, x) => {
    if (x.length === 0) return throws("a scalar has no axis to look along");
    const axis = axisOf(call, "axis", x.length);
    if (typeof axis !== "number") return axis;
    return call.output === "indices" ? [x[axis]] : replaceAt(x, axis, dim(call.freshSize("unique")));
  }
});
function search(name, side) {
  return {
    name,
    parameters: [tensor("sortedSequence"), tensor("values"), ...side],
    shape: (call) => {
      const [sorted, values] = [operand(call, "sortedSequence"), operand(call, "values")];
      const reason2 = refusal(sorted, "any") ?? refusal(values, "any");
      if (reason2 !== void 0) return throws(reason2);
      if (sorted.shape === void 0 || values.shape === void 0) return void 0;
      const [rows, wanted] = [asMatrix(call, sorted.shape), asMatrix(call, values.shape)];
      if (rows === void 0 || isThrown(rows) || wanted === void 0 || isThrown(wanted)) return isThrown(rows) ? rows : wanted;
      return sizesDiffer(rows[0].size, wanted[0].size) ? throws("there must be as many sorted rows as rows of values") : wanted;
    },
    dtype: () => "int32",
    range: (call) => {
      const length = operand(call, "sortedSequence").shape?.at(-1)?.size;
      return typeof length === "number" ? indexRange(length) : indicesInto(void 0);
    },
    gradient: "none",
    dangers: []
  };
}
var unsortedSegmentSum = {
  name: "unsortedSegmentSum",
  parameters: [tensor("x"), tensor("segmentIds"), required("numSegments", "integer")],
  chained: ["x", "segmentIds", "numSegments"],
  shape: (call) => {
    const [x, ids] = [operand(call, "x"), operand(call, "segmentIds")];
    const reason2 = refusal(x, "numeric") ?? refusal(ids, "int32");
    if (reason2 !== void 0) return throws(reason2);
    const count = numberOf(call, "numSegments");
    if (count !== void 0 && !Number.isInteger(count)) return throws(`there cannot be ${count} segments`);
    return x.shape && ids.shape && segments(dim(sizeOf(call, "numSegments")), x.shape, ids.shape);
  },
  // The cpu kernel multiplies by a float32 mask.
  dtype: () => "float32",
  range: (call) => {
    const x = tensorRange(operand(call, "x"));
    const rows = operand(call, "x").shape?.[0]?.size;
    const sums3 = [constantRange(0), x, sumOver(x, rows)];
    return stored(joinRanges(...sums3, ...Number.isFinite(x.low + x.high) ? [] : [{ ...x, mayBeNaN: true }]), "float32");
  },
  gradient: { x: "flows", segmentIds: "none" },
  dangers: []
};
function binCount(name, most, binary2) {
  return {
    name,
    parameters: [tensor("x"), tensor("weights"), required("size", "integer"), ...binary2],
    shape: (call) => {
      const [x, weights, size] = [operand(call, "x"), operand(call, "weights"), sizeOf(call, "size")];
      if (x.dtype !== void 0 && tensorType(x) !== "int32") return throws("only int32 tensors can be counted");
      if (typeof size === "number" && size < 0) return throws(`the size is ${size}`);
      if (x.range.low < 0 && x.range.lowBy === "attained") return throws("negative numbers cannot be counted");
      if (x.shape === void 0) return void 0;
      const count = weights.shape && elementCount(weights.shape);
      if (count !== void 0 && count !== 0 && sizesDiffer(count, elementCount(x.shape))) {
        return throws(`${showShape(weights.shape)} weights are given for ${showShape(x.shape)} numbers`);
      }
      if (x.shape.length > most || most === 2 && x.shape.length === 0) return throws(`${showShape(x.shape)} has no such rank`);
      return most === 2 && x.shape.length === 2 ? [x.shape[0], dim(size)] : [dim(size)];
    },
    dtype: (call) => tensorType(operand(call, "weights")),
    range: (call) => {
      const { shape } = operand(call, "x");
      const weights = operand(call, "weights");
      const unweighted = weights.shape !== void 0 && elementCount(weights.shape) === 0;
      const each = unweighted ? constantRange(1) : selected(tensorRange(weights));
      const sums3 = joinRanges(constantRange(0), each, sumOver(each, shape && elementCount(shape)));
      return stored(booleanOf(call, "binaryOutput") === true ? TRUTH : sums3, tensorType(weights));
    },
    gradient: { x: "none", weights: "throws" },
    dangers: []
  };
}
var confusionMatrix = {
  name: "math.confusionMatrix",
  parameters: [tensor("labels"), tensor("predictions"), required("numClasses", "integer")],
  shape: (call) => {
    const [labels, predictions] = [operand(call, "labels").shape, operand(call, "predictions").shape];
    const classes = sizeOf(call, "numClasses");
    if (typeof classes === "number" && !(classes > 1 && Number.isInteger(classes))) return throws(`there cannot be ${classes} classes`);
    const matrix = [labels, predictions].find((shape) => shape && shape.length !== 1);
    if (matrix) return throws(`labels and predictions must have rank 1, ${showShape(matrix)} has not`);
    return mustMatch(labels, predictions, "labels and predictions") ?? [dim(classes), dim(classes)];
  },
  dtype: () => "int32",
  range: (call) => {
    const samples = operand(call, "labels").shape?.[0]?.size;
    return typeof samples === "number" ? interval(0, samples, "attained", { integer: true }) : indicesInto(void 0);
  },
  gradient: "none",
  dangers: []
};
var booleanMask = moving({
  name: "booleanMaskAsync",
  of: "tensor",
  accepts: "numeric",
  more: [tensor("mask"), optional("axis", "integer", 0)],
  drops: true,
  gradient: { tensor: "flows", mask: "none" },
  shape: (call, x) => {
    const mask = operand(call, "mask");
    const axis = numberOf(call, "axis");
    const reason2 = refusal(mask, "bool");
    if (reason2 !== void 0) return throws(reason2);
    if (mask.shape === void 0 || axis === void 0) return void 0;
    if (mask.shape.length === 0) return throws("the mask cannot be a scalar");
    const end2 = axis + mask.shape.length;
    const masked = mustMatch(x.slice(axis, end2), mask.shape, "the mask and what it masks");
    return masked ?? [...x.slice(0, axis), dim(call.freshSize("kept")), ...x.slice(end2)];
  }
});
var whereAsync = {
  name: "whereAsync",
  parameters: [tensor("condition")],
  shape: (call) => {
    const condition = operand(call, "condition");
    const reason2 = refusal(condition, "bool");
    if (reason2 !== void 0) return throws(reason2);
    return [dim(call.freshSize("found")), dim(condition.shape === void 0 ? call.freshSize("rank") : condition.shape.length)];
  },
  dtype: () => "int32",
  range: (call) => {
    const sizes = operand(call, "condition").shape?.map(({ size }) => size);
    const most = sizes?.every((size) => typeof size === "number") ? Math.max(1, ...sizes) : void 0;
    return indicesInto(most);
  },
  gradient: "none",
  dangers: []
};
var setdiff1d = {
  name: "setdiff1dAsync",
  parameters: [tensor("x"), tensor("y")],
  result: "list",
  shape: (call) => {
    const [x, y] = [operand(call, "x"), operand(call, "y")];
    const types = [tensorType(x), tensorType(y)];
    if (types[0] && types[1] && types[0] !== types[1]) return throws(`the sets are ${types.join(" and ")}`);
    const other = [x.shape, y.shape].find((shape) => shape && shape.length !== 1);
    return other ? throws(`a set must have rank 1, ${showShape(other)} has not`) : [dim(call.freshSize("left"))];
  },
  dtype: (call) => call.output === 1 ? "int32" : tensorType(operand(call, "x")),
  range: (call) => call.output === 1 ? indicesInto(operand(call, "x").shape?.[0]?.size) : selected(tensorRange(operand(call, "x"))),
  gradient: "none",
  dangers: []
};
var inTopK = {
  name: "inTopKAsync",
  parameters: [tensor("predictions"), tensor("targets"), optional("k", "integer", 1)],
  shape: (call) => {
    const [predictions, targets] = [operand(call, "predictions").shape, operand(call, "targets").shape];
    if (predictions === void 0) return targets;
    const last = predictions.at(-1);
    if (last === void 0 || predictions.length < 2) return throws("the predictions must have rank 2 or more");
    const [k, classes] = [numberOf(call, "k"), last.size];
    const rows = predictions.slice(0, -1);
    if (k !== void 0 && (k <= 0 || typeof classes === "number" && k > classes)) return throws(`k is ${k}`);
    return mustMatch(rows, targets, "the rows of predictions and the targets") ?? targets ?? rows;
  },
  dtype: () => "bool",
  range: () => TRUTH,
  gradient: "none",
  dangers: []
};
var indexing = [
  gather,
  gatherND,
  scatterND,
  sparseToDense,
  tensorScatterUpdate,
  topk,
  unique,
  search("searchSorted", [optional("side", "string", "left")]),
  search("lowerBound", []),
  search("upperBound", []),
  unsortedSegmentSum,
  binCount("bincount", Infinity, []),
  binCount("denseBincount", 2, [optional("binaryOutput", "boolean", false)]),
  confusionMatrix,
  booleanMask,
  whereAsync,
  setdiff1d,
  inTopK
];

// src/ops/shapes/strided-slice.ts
function stridedSlice(call, x) {
  const masks = ["beginMask", "endMask", "ellipsisMask", "newAxisMask", "shrinkAxisMask"].map((name) => numberOf(call, name));
  const begin = numbersOf(call, "begin");
  const end2 = numbersOf(call, "end");
  const given = call.attributes["strides"];
  const strides = given === void 0 || given === null ? begin?.map(() => 1) : numbersOf(call, "strides");
  if (begin === void 0 || end2 === void 0 || strides === void 0 || masks.includes(void 0)) return void 0;
  const [beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] = masks;
  if ((ellipsisMask & ellipsisMask - 1) !== 0) return throws("only one ellipsis is allowed");
  const set = (mask, index) => (mask >> index & 1) === 1;
  const cuts = [];
  const named = strides.filter((_, index) => !set(newAxisMask, index) && !set(ellipsisMask, index)).length;
  for (const [index, stride] of strides.entries()) {
    if (set(ellipsisMask, index)) cuts.push(...Array.from({ length: Math.max(0, x.length - named) }, () => "all"));
    else if (set(newAxisMask, index)) cuts.push("new");
    else {
      cuts.push({
        begin: set(beginMask, index) ? void 0 : begin[index],
        end: set(endMask, index) ? void 0 : end2[index],
        stride,
        drop: set(shrinkAxisMask, index)
      });
    }
  }
  if (named > x.length) return throws(`${named} axes are sliced, ${showShape(x)} has fewer`);
  return dimsOfCuts(call, x, cuts);
}
function dimsOfCuts(call, x, cuts) {
  const result = [];
  let axis = 0;
  for (const cut2 of cuts) {
    if (cut2 === "new") result.push(dim(1, { one: "explicit" }));
    else {
      const kept = cut2 === "all" ? x[axis] : dimOfCut(call, axis, x[axis], cut2);
      if (kept !== "dropped" && "throws" in kept) return kept;
      if (kept !== "dropped") result.push(kept);
      axis += 1;
    }
  }
  return [...result, ...x.slice(axis)];
}
function dimOfCut(call, axis, d, cut2) {
  if (cut2.stride === 0) return throws("a stride cannot be 0");
  if (cut2.drop && cut2.stride < 0) return throws("a single position has no stride");
  const length = d.size;
  if (typeof length !== "number") {
    if (cut2.drop) return "dropped";
    const whole2 = cut2.begin === void 0 && cut2.end === void 0 && Math.abs(cut2.stride) === 1;
    return whole2 ? d : dim(call.freshSize(`axis ${axis}`));
  }
  const forward = cut2.stride > 0;
  const [first, last] = forward ? [0, length] : [-1, length - 1];
  const position2 = (at, fallback) => at === void 0 ? fallback : Math.min(last, Math.max(first, at < 0 ? at + length : at));
  if (cut2.drop) {
    const at = cut2.begin === void 0 ? 0 : cut2.begin < 0 ? cut2.begin + length : cut2.begin;
    return at < 0 || at >= length ? throws(`position ${at} is outside axis ${axis} of size ${length}`) : "dropped";
  }
  const from = position2(cut2.begin, forward ? first : last);
  const to = position2(cut2.end, forward ? last : first);
  return resized(d, Math.max(0, Math.ceil((to - from) / cut2.stride)), "sliced");
}

// src/ops/structure.ts
var axisParameter = optional("axis", "integer", 0);
var reshape = moving({
  name: "reshape",
  accepts: "all",
  more: [required("shape", "shape")],
  chained: true,
  chainedAliases: [
    { name: "flatten", attributes: { shape: [-1] }, parameters: ["x"] },
    { name: "as1D", attributes: { shape: [-1] }, parameters: ["x"] },
    { name: "asScalar", attributes: { shape: [] }, parameters: ["x"] }
  ],
  shape: (call, x) => reshaped(call, x, dimsOf(call, "shape")),
  blindShape: (call) => reshaped(call, void 0, dimsOf(call, "shape"))
});
function asRank(rank2) {
  const sizes = Array.from({ length: rank2 }, (_, axis) => required(`size${axis}`, "integer"));
  const target = (call) => sizes.flatMap(({ name }) => dimsOf(listOf(call, name), name) ?? []);
  return moving({
    name: `as${rank2}D`,
    accepts: "all",
    more: sizes,
    chained: true,
    shape: (call, x) => reshaped(call, x, target(call)),
    blindShape: (call) => reshaped(call, void 0, target(call)),
    run: (tf, { operands, attributes }) => tf.reshape(
      operands["x"],
      sizes.map(({ name }) => attributes[name])
    )
  });
}
function listOf(call, name) {
  return { ...call, attributes: { [name]: [call.attributes[name]] }, freshSize: (key) => call.freshSize(key) };
}
var reshapeAs = moving({
  name: "reshapeAs",
  accepts: "all",
  more: [tensor("like")],
  chained: true,
  gradient: { x: "flows", like: "none" },
  shape: (call, x) => reshaped(call, x, operand(call, "like").shape),
  blindShape: (call) => operand(call, "like").shape,
  run: (tf, { operands: { x, like } }) => tf.reshape(x, like.shape)
});
var squeeze = moving({
  name: "squeeze",
  accepts: "all",
  more: [axes()],
  chained: true,
  shape: squeezed
});
var expandDims = moving({
  name: "expandDims",
  accepts: "all",
  more: [axisParameter],
  chained: true,
  shape: (call, x) => expanded(call, x, dim(1, { one: "explicit" }))
});
var transpose = moving({
  name: "transpose",
  more: [optional("perm", "numbers"), optional("conjugate", "boolean")],
  chained: ["x", "perm"],
  shape: transposed
});
var tile = moving({ name: "tile", accepts: "real", more: [required("reps", "shape")], chained: true, shape: tiled });
var broadcast2 = moving({
  name: "broadcastTo",
  accepts: "numeric",
  more: [required("shape", "shape")],
  chained: true,
  shape: broadcastTo,
  blindShape: (call) => dimsOf(call, "shape")
});
var ensureShape = moving({
  name: "ensureShape",
  accepts: "all",
  more: [required("shape", "shape")],
  shape: (call, x) => {
    const expected = call.attributes["shape"];
    if (!Array.isArray(expected)) return mustMatch(x, dimsOf(call, "shape"), "the tensor and what is expected") ?? x;
    const sizes = expected;
    const fits = (size, axis) => typeof size !== "number" || typeof x[axis].size !== "number" || x[axis].size === size;
    if (sizes.length === x.length && sizes.every(fits)) return x;
    return throws(`${showShape(x)} is not the expected shape [${sizes.join(", ")}]`);
  }
});
function list(call) {
  return operandList(call, "tensors").map(({ shape }) => shape);
}
function joining(name, shape, more) {
  return {
    name,
    parameters: [tensors("tensors"), ...more],
    // The receiver is the first of the list.
    chained: name.endsWith("d") ? void 0 : ["tensors", "tensors", "axis"],
    shape,
    dtype: (call) => {
      const [first] = operandList(call, "tensors");
      return first && tensorType(first);
    },
    range: (call) => joinRanges(...operandList(call, "tensors").map((each) => tensorRange(each))),
    gradient: "flows",
    dangers: []
  };
}
function sameTypes(call) {
  const types = operandList(call, "tensors").map((each) => tensorType(each));
  const differ = types.some((dtype) => dtype !== void 0 && types[0] !== void 0 && dtype !== types[0]);
  return differ ? throws("only tensors of one element type stack") : void 0;
}
var stack = joining("stack", (call) => sameTypes(call) ?? stacked(call, list(call)), [axisParameter]);
var concat = (name, more = [axisParameter]) => joining(name, (call) => mixedComplex(call) ?? concatenated(call, list(call)), more);
function mixedComplex(call) {
  const [first, ...others] = operandList(call, "tensors").map((each) => tensorType(each));
  const mixed = first === "complex64" && others.some((dtype) => dtype !== void 0 && dtype !== "complex64");
  return mixed ? throws("complex and other tensors cannot be joined") : void 0;
}
var concat1d = { ...concat("concat1d", []), shape: (call) => concatenated(alongFirst(call), list(call)) };
function alongFirst(call) {
  return { ...call, attributes: { axis: 0 }, freshSize: (key) => call.freshSize(key) };
}
var unstack = moving({
  name: "unstack",
  accepts: "real",
  more: [axisParameter],
  chained: true,
  result: "list",
  drops: true,
  shape: (call, x) => {
    const axis = axisOf(call, "axis", x.length);
    return typeof axis === "number" ? without(x, [axis]) : axis;
  }
});
var split = moving({
  name: "split",
  accepts: "numeric",
  more: [required("numOrSizeSplits", "any"), axisParameter],
  chained: true,
  result: "list",
  drops: true,
  shape: splitPart
});
var slice = moving({
  name: "slice",
  accepts: "real",
  more: [required("begin", "shape"), optional("size", "shape")],
  chained: true,
  drops: true,
  shape: sliced
});
function sliceOfRank(rank2) {
  return moving({
    name: `slice${rank2}d`,
    accepts: "numeric",
    more: [required("begin", "shape"), required("size", "shape")],
    drops: true,
    shape: (call, x) => x.length === rank2 ? sliced(call, x) : throws(`${showShape(x)} has not rank ${rank2}`)
  });
}
var strided = moving({
  name: "stridedSlice",
  accepts: "real",
  more: [
    required("begin", "numbers"),
    required("end", "numbers"),
    optional("strides", "numbers"),
    ...["beginMask", "endMask", "ellipsisMask", "newAxisMask", "shrinkAxisMask"].map((name) => optional(name, "integer", 0))
  ],
  chained: true,
  drops: true,
  gradient: "throws",
  shape: stridedSlice
});
function pairsOf(value) {
  if (!Array.isArray(value)) return void 0;
  const pairs = value;
  const whole2 = pairs.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every((n) => typeof n === "number"));
  return whole2 ? pairs : void 0;
}
function malformed(value, rank2) {
  if (!Array.isArray(value)) return false;
  const pairs = value;
  return pairs.length !== rank2 || pairs.some((pair) => Array.isArray(pair) && pair.length !== 2);
}
var padding = [required("paddings", "any"), optional("constantValue", "number", 0)];
function padRow(name, rank2) {
  return moving({
    name,
    accepts: "numeric",
    more: padding,
    chained: rank2 === void 0 ? true : void 0,
    range: (call) => {
      const x = tensorRange(operand(call, "x"));
      const pairs = pairsOf(rank2 === 1 ? [call.attributes["paddings"]] : call.attributes["paddings"]);
      const none = pairs?.every(([before, after]) => before === 0 && after === 0);
      return none ? x : joinRanges(x, attributeRange(call, "constantValue"));
    },
    shape: (call, x) => {
      const paddings = rank2 === 1 ? [call.attributes["paddings"]] : call.attributes["paddings"];
      if (x.length === 0) return throws("a scalar cannot be padded");
      if (rank2 !== void 0 && malformed(paddings, rank2)) return throws(`${rank2} pairs of paddings are needed`);
      return padded(call, x, pairsOf(paddings));
    }
  });
}
var mirrorPad = moving({
  name: "mirrorPad",
  accepts: "numeric",
  more: [required("paddings", "any"), required("mode", "string")],
  chained: true,
  shape: (call, x) => {
    const mode = stringOf(call, "mode");
    const paddings = call.attributes["paddings"];
    if (mode !== void 0 && mode !== "reflect" && mode !== "symmetric") return throws(`'${mode}' is no mode of mirrorPad`);
    if (x.length === 0) return throws("a scalar cannot be padded");
    if (malformed(paddings, x.length)) return throws(`${x.length} pairs of paddings are needed`);
    const pairs = pairsOf(paddings);
    const most = mode === "reflect" ? 1 : 0;
    const bad = pairs?.findIndex((pair, axis) => pair.some((n) => n < 0 || n > Number(x[axis].size) - most));
    if (bad !== void 0 && bad >= 0) return throws(`axis ${bad} of ${showShape(x)} is too short to mirror`);
    return padded(call, x, pairs);
  }
});
function blocks(name, edge, shape) {
  return moving({
    name,
    accepts: "numeric",
    more: [required("blockShape", "numbers"), required(edge, "any")],
    chained: true,
    range: (call) => joinRanges(tensorRange(operand(call, "x")), constantRange(0)),
    shape: (call, x) => {
      const block = call.attributes["blockShape"];
      const sizes = block !== void 0 && block !== null && !isUnknown(block) ? dimsOf(call, "blockShape") : void 0;
      const factors = concreteShape(sizes);
      const pairs = pairsOf(call.attributes[edge]);
      return factors && pairs && shape(call, x, factors, pairs);
    }
  });
}
var depthToSpace = moving({
  name: "depthToSpace",
  accepts: "float32",
  more: [required("blockSize", "integer"), optional("dataFormat", "string", "NHWC")],
  chained: true,
  gradient: "throws",
  shape: (call, x) => {
    const factor = call.attributes["blockSize"];
    if (x.length !== 4 || typeof factor !== "number") return void 0;
    if (factor <= 1) return throws(`the block size must be more than 1, it is ${factor}`);
    if (stringOf(call, "dataFormat") === "NCHW") return throws("NCHW is not supported by the cpu backend");
    const depth = x[3].size;
    if (typeof depth === "number" && depth % factor ** 2 !== 0) return throws(`depth ${depth} is not a multiple of ${factor ** 2}`);
    const times = (axis) => dim(elementCount([x[axis], dim(factor)]));
    return [x[0], times(1), times(2), dim(typeof depth === "number" ? depth / factor ** 2 : call.freshSize("depth"))];
  }
});
var structure = [
  reshape,
  ...[2, 3, 4, 5].map(asRank),
  reshapeAs,
  squeeze,
  expandDims,
  transpose,
  tile,
  broadcast2,
  ensureShape,
  stack,
  unstack,
  concat("concat"),
  concat1d,
  ...[2, 3, 4].map((rank2) => concat(`concat${rank2}d`)),
  split,
  slice,
  ...[1, 2, 3, 4].map(sliceOfRank),
  strided,
  padRow("pad"),
  ...[1, 2, 3, 4].map((rank2) => padRow(`pad${rank2}d`, rank2)),
  mirrorPad,
  blocks("spaceToBatchND", "paddings", spaceToBatch),
  blocks("batchToSpaceND", "crops", batchToSpace),
  depthToSpace,
  ...indexing
];

// src/ops/table.ts
var allOps = [
  ...elementwise,
  ...activation,
  ...binaries,
  ...comparison,
  ...reductions,
  ...scans,
  ...creation,
  ...structure,
  ...linearAlgebra,
  ...javascript
];
var byName = /* @__PURE__ */ new Map();
var byChainedName = /* @__PURE__ */ new Map();
for (const row of allOps) {
  for (const name of [row.name, ...row.aliases ?? []]) byName.set(name, row);
  if (row.chained) byChainedName.set(row.name.split(".").at(-1), { row, parameters: row.chained });
  for (const { name, parameters, attributes } of row.chainedAliases ?? []) {
    byChainedName.set(name, { row, parameters: parameters ?? row.chained ?? [], attributes });
  }
}
function opNamed(name) {
  return byName.get(name);
}
function opChained(name) {
  return byChainedName.get(name);
}

// src/program/builder.ts
var Builder = class {
  /** Of the unit that is being lowered. */
  nodes = [];
  position = { chain: [], differentiated: "no" };
  nextSymbol = 1;
  nextId = 0;
  freshSize() {
    return symbol(`?${this.nextSymbol++}`);
  }
  freshShape(rank2) {
    return Array.from({ length: rank2 }, () => dim(this.freshSize()));
  }
  op(row, operands, attributes, span, output2) {
    const sizes = /* @__PURE__ */ new Map();
    const call = {
      operands,
      attributes,
      output: output2,
      freshSize: (key) => {
        const known = sizes.get(key) ?? this.freshSize();
        sizes.set(key, known);
        return known;
      }
    };
    const shaped = row.shape(call);
    const throws2 = shaped !== void 0 && "throws" in shaped ? shaped.throws : void 0;
    const shape = throws2 === void 0 ? shaped : void 0;
    return this.add({
      op: row.name,
      operands,
      attributes,
      shape,
      dtype: row.dtype(call),
      range: throws2 === void 0 ? row.range(call) : unknownRange(),
      span,
      output: output2,
      throws: throws2
    });
  }
  input(path, facts, span) {
    return this.add({ op: "input", operands: {}, attributes: { path }, ...facts, span });
  }
  /** A literal. `dtype` number for JavaScript numbers in JavaScript arithmetic; float32 when used as an operand. */
  constant(value, dtype, span) {
    const number2 = Number(value);
    return this.add({
      op: "constant",
      operands: {},
      attributes: { value },
      shape: [],
      dtype,
      range: constantRange(dtype === "number" ? number2 : Math.fround(number2)),
      span
    });
  }
  /** An array literal of numbers as an operand. */
  literal(value, shape, dtype, range2, span) {
    return this.add({ op: "constant", operands: {}, attributes: { value }, shape, dtype, range: range2, span });
  }
  /** A size of a tensor, as a JavaScript number. */
  size(of, axis, size, span) {
    const range2 = typeof size === "number" ? constantRange(size) : { ...interval(1, 2 ** 31, "bound"), integer: true };
    return this.add({ op: "js.size", operands: { x: of }, attributes: { axis }, shape: [], dtype: "number", range: range2, span });
  }
  /** One element of a tensor that was read back to JavaScript. */
  element(of, span) {
    return this.add({ op: "js.element", operands: { x: of }, attributes: {}, shape: [], dtype: "number", range: of.range, span });
  }
  unknown(cause, span, dtype) {
    const shape = dtype === "number" ? [] : void 0;
    return this.add({ op: "unknown", operands: {}, attributes: { cause }, shape, dtype, range: unknownRange(), span });
  }
  join(a, b, span) {
    if (a === b) return a;
    const alternatives = [...alternativesOf(a), ...alternativesOf(b).filter((node) => !alternativesOf(a).includes(node))];
    return this.add({
      op: "join",
      operands: { alternatives },
      attributes: {},
      shape: this.joinShapes(a.shape, b.shape),
      dtype: a.dtype === b.dtype ? a.dtype : void 0,
      range: joinRanges(a.range, b.range),
      span
    });
  }
  /** A value changed by a loop: what it was before is one alternative, anything of its kind another. */
  widened(before, after, span) {
    return this.add({
      op: "unknown",
      operands: {},
      attributes: { cause: "loop-carried value" },
      shape: this.joinShapes(before.shape, after.shape),
      dtype: before.dtype === after.dtype ? before.dtype : void 0,
      range: { ...unknownRange(), integer: before.range.integer && after.range.integer },
      span
    });
  }
  joinShapes(a, b) {
    if (a === void 0 || b === void 0 || a.length !== b.length) return void 0;
    return a.map((left, axis) => {
      const right = b[axis];
      if (sameSize(left.size, right.size) && !certainlyDiffer(left.size, right.size)) {
        return { size: left.size, axis: left.axis?.id === right.axis?.id ? left.axis : void 0, one: left.one ?? right.one };
      }
      return dim(this.freshSize());
    });
  }
  add(node) {
    const made = { ...node, id: this.nextId++, ...this.position };
    this.nodes.push(made);
    return made;
  }
};
var alternativesOf = (node) => node.op === "join" ? node.operands["alternatives"] : [node];

// src/program/values.ts
var UNDEFINED = { kind: "constant", value: void 0 };
var constant = (value) => ({ kind: "constant", value });
var array = (elements, rest) => ({ kind: "array", elements, rest });
var record = (entries = []) => ({
  kind: "object",
  fields: new Map(entries)
});
var isUndefined = (value) => value.kind === "constant" && value.value === void 0;
var asNumber = (value) => value?.kind === "constant" && typeof value.value === "number" ? value.value : void 0;
var asString = (value) => value?.kind === "constant" && typeof value.value === "string" ? value.value : void 0;
function truthiness(value) {
  if (value.kind === "constant") return Boolean(value.value);
  if (value.kind === "number" || value.kind === "unknown") return void 0;
  if (value.kind === "input") return value.form.kind === "tensor" ? true : void 0;
  return true;
}

// src/program/scope.ts
var Scope = class {
  constructor(parent, owner) {
    this.parent = parent;
    this.owner = owner;
  }
  parent;
  owner;
  variables = /* @__PURE__ */ new Map();
  /** The scope that declares `name`. */
  find(name) {
    for (let scope = this; scope !== void 0; scope = scope.parent) {
      if (scope.variables.has(name)) return scope;
    }
    return void 0;
  }
};
var Journal = class {
  writes = [];
  depth = 0;
  write(map, key, value) {
    if (this.depth > 0) this.writes.push({ map, key, before: map.get(key) });
    map.set(key, value);
  }
  /** Runs `body`, takes its writes back, and returns what they were. */
  attempt(body) {
    const start = this.writes.length;
    this.depth += 1;
    try {
      body();
    } finally {
      this.depth -= 1;
    }
    const changes = /* @__PURE__ */ new Map();
    for (const { map, key } of this.writes.slice(start)) {
      const keys = changes.get(map) ?? /* @__PURE__ */ new Map();
      keys.set(key, map.get(key));
      changes.set(map, keys);
    }
    while (this.writes.length > start) {
      const { map, key, before } = this.writes.pop();
      if (before === void 0) map.delete(key);
      else map.set(key, before);
    }
    return changes;
  }
  apply(changes) {
    for (const [map, keys] of changes) for (const [key, value] of keys) if (value !== void 0) this.write(map, key, value);
  }
  /** After two branches: each changed place holds the join of what the branches left there. */
  merge(one, other, join3) {
    const maps = /* @__PURE__ */ new Set([...one.keys(), ...other.keys()]);
    for (const map of maps) {
      const keys = /* @__PURE__ */ new Set([...one.get(map)?.keys() ?? [], ...other.get(map)?.keys() ?? []]);
      for (const key of keys) {
        const before = map.get(key);
        const a = one.get(map)?.get(key) ?? before;
        const b = other.get(map)?.get(key) ?? before;
        if (a === void 0 && b === void 0) continue;
        this.write(map, key, a === void 0 || b === void 0 ? a ?? b ?? UNDEFINED : join3(a, b));
      }
    }
  }
};

// src/program/lowering.ts
var MAX_DEPTH = 12;
var MAX_CALLS_PER_UNIT = 400;
var Lowering = class {
  constructor(modules) {
    this.modules = modules;
  }
  modules;
  journal = new Journal();
  builder = new Builder();
  units = [];
  unknowns = /* @__PURE__ */ new Map();
  /** Functions whose body was entered from a followed call. */
  called = /* @__PURE__ */ new Set();
  /** Functions lowered as units of their own. */
  lowered = /* @__PURE__ */ new Set();
  frame;
  open;
  /** Runs `body` as a unit: its nodes, reads and returns are its own. */
  unit(request, body) {
    const outer = { open: this.open, frame: this.frame, position: this.builder.position, nodes: this.builder.nodes };
    const open = {
      boundary: request.boundary,
      self: void 0,
      captured: /* @__PURE__ */ new Map(),
      selfReads: /* @__PURE__ */ new Map(),
      selfWrites: /* @__PURE__ */ new Set(),
      created: [],
      discarded: [],
      calls: 0
    };
    const nodes = [];
    const inputs = /* @__PURE__ */ new Map();
    this.open = open;
    this.builder.nodes = nodes;
    this.builder.position = { chain: [], differentiated: request.differentiated };
    this.frame = void 0;
    let result;
    try {
      result = body({ setSelf: (self) => open.self = self, inputs });
    } finally {
      this.open = outer.open;
      this.frame = outer.frame;
      this.builder.position = outer.position;
      this.builder.nodes = outer.nodes;
    }
    const unit2 = {
      name: request.name,
      kind: request.kind,
      span: spanOf(request.declaration),
      className: request.className,
      methodName: request.methodName,
      static: request.static,
      differentiated: request.differentiated,
      inputs: unitInputs(inputs, open.captured, open.selfReads)
    };
    const lowered2 = {
      unit: unit2,
      declaration: request.declaration,
      module: request.module,
      nodes,
      returned: result === void 0 ? [] : [result],
      discarded: open.discarded
    };
    this.units.push(lowered2);
    this.lowered.add(request.declaration);
    this.pending.push(...open.created);
    return lowered2;
  }
  /** Functions that were made and may still have to be lowered on their own. */
  pending = [];
  /** Runs `body` as a call of `declaration`. Returns undefined when the call is not followed. */
  call(fn, site, body) {
    const depth = (this.frame?.depth ?? 0) + 1;
    if (depth > MAX_DEPTH) return this.unknown("budget");
    for (let frame2 = this.frame; frame2 !== void 0; frame2 = frame2.caller) {
      if (frame2.declaration === fn.declaration) return this.unknown("recursion");
    }
    if (this.open !== void 0 && (this.open.calls += 1) > MAX_CALLS_PER_UNIT) return this.unknown("budget");
    const outer = { frame: this.frame, position: this.builder.position };
    const frame = { declaration: fn.declaration, module: fn.module, self: fn.self, owner: fn.owner, returns: [], caller: this.frame, depth };
    this.frame = frame;
    if (site !== void 0) {
      this.called.add(fn.declaration);
      const inside2 = outer.frame?.declaration !== void 0 && contains2(outer.frame.declaration, fn.declaration);
      if (!inside2) this.builder.position = { ...outer.position, chain: [...outer.position.chain, spanOf(site)], within: spanOf(fn.declaration) };
    }
    try {
      return body(frame);
    } finally {
      this.frame = outer.frame;
      this.builder.position = outer.position;
    }
  }
  /** Runs `body` under a gradient. */
  differentiated(body) {
    const outer = this.builder.position;
    this.builder.position = { ...outer, differentiated: "yes" };
    try {
      return body();
    } finally {
      this.builder.position = { ...this.builder.position, differentiated: outer.differentiated };
    }
  }
  unknown(cause) {
    this.unknowns.set(cause, (this.unknowns.get(cause) ?? 0) + 1);
    return { kind: "unknown", cause };
  }
  created(fn) {
    this.open?.created.push(fn);
    return fn;
  }
  discarded(node) {
    this.open?.discarded.push(node);
  }
  /** The value of a name, from the innermost scope that has it; undefined if none has. */
  lookup(name, from) {
    let captured = false;
    for (let scope = from; scope !== void 0; scope = scope.parent) {
      if (scope === this.open?.boundary) captured = true;
      const value = scope.variables.get(name);
      if (value === void 0) continue;
      if (captured && scope.owner !== void 0 && !this.open.captured.has(name)) this.open.captured.set(name, value);
      return value;
    }
    return void 0;
  }
  readField(object, name, value) {
    const open = this.open;
    if (open === void 0 || object !== open.self || open.selfWrites.has(name) || open.selfReads.has(name)) return;
    if (value.kind !== "function") open.selfReads.set(name, value);
  }
  writeField(object, name, value) {
    if (object === this.open?.self && !this.open.selfReads.has(name) && this.frame?.declaration !== void 0) this.open.selfWrites.add(name);
    this.journal.write(object.fields, name, value);
  }
};
function spanOf(node) {
  const file = node.getSourceFile();
  return { file: file.fileName, start: node.getStart(file), end: node.end };
}
var contains2 = (outer, inner) => outer.getSourceFile() === inner.getSourceFile() && outer.pos <= inner.pos && inner.end <= outer.end;

// src/program/type-claims.ts
var TENSOR_TYPES = {
  Tensor: void 0,
  Variable: void 0,
  TensorLike: void 0,
  TensorContainer: void 0,
  Scalar: 0,
  Tensor0D: 0,
  Tensor1D: 1,
  Tensor2D: 2,
  Tensor3D: 3,
  Tensor4D: 4,
  Tensor5D: 5,
  Tensor6D: 6,
  TensorLike1D: 1,
  TensorLike2D: 2,
  TensorLike3D: 3,
  TensorLike4D: 4
};
var KEYWORDS = /* @__PURE__ */ new Map([
  [ts.SyntaxKind.NumberKeyword, { kind: "number" }],
  [ts.SyntaxKind.BooleanKeyword, { kind: "boolean" }],
  [ts.SyntaxKind.StringKeyword, { kind: "string" }]
]);
function claimOf(type, file, depth = 0) {
  if (type === void 0 || depth > 4) return void 0;
  const keyword = KEYWORDS.get(type.kind);
  if (keyword !== void 0) return keyword;
  if (ts.isParenthesizedTypeNode(type)) return claimOf(type.type, file, depth + 1);
  if (ts.isTypeOperatorNode(type)) return claimOf(type.type, file, depth + 1);
  if (ts.isArrayTypeNode(type)) return { kind: "list", element: claimOf(type.elementType, file, depth + 1) };
  if (ts.isTupleTypeNode(type)) {
    const first = type.elements[0];
    return { kind: "list", element: first && claimOf(ts.isNamedTupleMember(first) ? first.type : first, file, depth + 1) };
  }
  if (ts.isFunctionTypeNode(type)) return { kind: "function" };
  if (ts.isTypeLiteralNode(type)) return objectClaim(type.members, file);
  if (ts.isUnionTypeNode(type)) return unionClaim(type, file, depth);
  if (ts.isTypeReferenceNode(type)) return referenceClaim(type, file, depth);
  return { kind: "other" };
}
function unionClaim(type, file, depth) {
  const claims = type.types.filter((member) => member.kind !== ts.SyntaxKind.UndefinedKeyword && !isNullLiteral(member)).map((member) => claimOf(member, file, depth + 1));
  const tensor2 = claims.find((claim) => claim?.kind === "tensor");
  const list2 = claims.find((claim) => claim?.kind === "list");
  if (tensor2?.kind === "tensor" && list2?.kind === "list") return { ...tensor2, orList: true };
  if (tensor2 !== void 0) return claims.length === 1 ? tensor2 : { kind: "tensor" };
  if (claims.length === 1) return claims[0];
  return claims.every((claim) => claim?.kind === claims[0]?.kind) ? claims[0] : void 0;
}
var isNullLiteral = (type) => ts.isLiteralTypeNode(type) && type.literal.kind === ts.SyntaxKind.NullKeyword;
function referenceClaim(type, file, depth) {
  const name = ts.isIdentifier(type.typeName) ? type.typeName.text : type.typeName.right.text;
  if (name in TENSOR_TYPES) return { kind: "tensor", rank: TENSOR_TYPES[name] };
  if (name === "Array" || name === "ReadonlyArray") {
    return { kind: "list", element: claimOf(type.typeArguments?.[0], file, depth + 1) };
  }
  if (name === "Promise" || name === "Readonly" || name === "Partial" || name === "Required") {
    return claimOf(type.typeArguments?.[0], file, depth + 1);
  }
  if (/^(Float32|Float64|Int32|Uint8|Int16|Uint16|Uint32|Int8)Array$/.test(name)) return { kind: "list", element: { kind: "number" } };
  if (!ts.isIdentifier(type.typeName)) return { kind: "other" };
  for (const statement of file.statements) {
    if (ts.isInterfaceDeclaration(statement) && statement.name.text === name) return objectClaim(statement.members, file);
    if (ts.isTypeAliasDeclaration(statement) && statement.name.text === name) return claimOf(statement.type, file, depth + 1);
  }
  return { kind: "other" };
}
function objectClaim(members, file) {
  const fields = /* @__PURE__ */ new Map();
  for (const member of members) {
    if (ts.isPropertySignature(member) && (ts.isIdentifier(member.name) || ts.isStringLiteral(member.name))) {
      fields.set(member.name.text, member.type);
    }
  }
  return { kind: "object", fields, file };
}
function documentedParameters(declaration) {
  const documented = /* @__PURE__ */ new Map();
  const text2 = jsDocText(declaration);
  if (text2 === "") return documented;
  for (const [, name, open, low, high, close] of text2.matchAll(/@range\s+([\w.$]+)\s+([[(])\s*([^,\s]+)\s*,\s*([^\])\s]+)\s*([\])])/g)) {
    const range2 = { low: end(low, open === "(" ? 1 : 0), high: end(high, close === ")" ? -1 : 0) };
    if (!Number.isNaN(range2.low) && !Number.isNaN(range2.high)) documented.set(name, { ...documented.get(name), range: range2 });
  }
  for (const [, name, sizes] of text2.matchAll(/@shape\s+([\w.$]+)\s+\[([^\]]*)\]/g)) {
    const shape = sizes.split(",").map((size) => size.trim()).filter((size) => size !== "");
    documented.set(name, { ...documented.get(name), shape: shape.map((size) => /^\d+$/.test(size) ? Number(size) : size) });
  }
  return documented;
}
function end(text2, open) {
  const value = /^[-+]?(inf|infinity|∞)$/i.test(text2) ? text2.startsWith("-") ? -Infinity : Infinity : Number(text2);
  if (open === 0 || !Number.isFinite(value)) return value;
  if (value === 0) return open * 2 ** -149;
  const bits = new Int32Array(new Float32Array([value]).buffer);
  bits[0] += open * Math.sign(value);
  return new Float32Array(bits.buffer)[0];
}
function jsDocText(declaration) {
  let node = declaration;
  while (!ts.isStatement(node) && !ts.isClassElement(node) && node.parent !== void 0 && !ts.isSourceFile(node.parent)) node = node.parent;
  const source = declaration.getSourceFile().text;
  return (ts.getLeadingCommentRanges(source, node.getFullStart()) ?? []).map((range2) => source.slice(range2.pos, range2.end)).filter((comment) => comment.startsWith("/**")).join("\n");
}

// src/program/inputs.ts
var documentation = /* @__PURE__ */ new WeakMap();
function input2(name, claim, place, documented) {
  const value = { kind: "input", name, claim, place, form: { kind: "undetermined" } };
  if (documented !== void 0) documentation.set(value, documented);
  return value;
}
var mayBeTensor = (value) => value.form.kind === "tensor" || value.form.kind === "undetermined" && (value.claim === void 0 || value.claim.kind === "tensor" || value.claim.kind === "list");
function claimsTensor(value) {
  return value.form.kind === "tensor" || value.form.kind === "undetermined" && value.claim?.kind === "tensor";
}
function asTensor(lowering, value) {
  if (value.form.kind === "tensor") return value.form.value;
  if (value.form.kind === "number") return value.form.value;
  if (value.form.kind === "list" && isNumberList(value)) return makeTensor(lowering, value);
  if (value.form.kind !== "undetermined") return void 0;
  if (value.claim?.kind === "number") return asNumberInput(lowering, value);
  return makeTensor(lowering, value);
}
function isNumberList(value) {
  if (value.form.kind !== "list") return false;
  const element = value.form.element;
  return element.kind === "number" || element.kind === "input" && (element.form.kind === "number" || element.claim?.kind === "number");
}
function makeTensor(lowering, value) {
  const documented = documentation.get(value);
  const rank2 = documented?.shape?.length ?? (value.claim?.kind === "tensor" ? value.claim.rank : void 0);
  const shape = documented?.shape !== void 0 ? documentedShape(value, documented.shape) : rank2 === void 0 ? void 0 : namedShape(value.name, rank2);
  const node = lowering.builder.input(value.name, { shape, dtype: "float32", range: rangeOf(documented) }, spanOf(value.place));
  const tensor2 = { kind: "tensor", node };
  value.form = { kind: "tensor", value: tensor2 };
  return tensor2;
}
function rangeOf(documented) {
  if (documented?.range === void 0) return assumedInput();
  return interval(documented.range.low, documented.range.high, "declared");
}
function namedShape(name, rank2) {
  return Array.from({ length: rank2 }, (_, axis) => {
    const id = `${name}.${axis}`;
    return dim(symbol(id), { axis: { id, label: `axis ${axis} of \`${name}\`` } });
  });
}
function documentedShape(value, sizes) {
  return sizes.map((size, axis) => {
    const label = `axis ${axis} of \`${value.name}\``;
    if (typeof size === "number") return dim(size, { axis: { id: `${value.name}.${axis}`, label }, one: size === 1 ? "structural" : void 0 });
    return dim(symbol(size), { axis: { id: size, label: `\`${size}\`` } });
  });
}
function asNumberInput(lowering, value) {
  if (value.form.kind === "number") return value.form.value;
  if (value.form.kind !== "undetermined") return void 0;
  const facts = { shape: [], dtype: "number", range: rangeOf(documentation.get(value)) };
  const number2 = { kind: "number", node: lowering.builder.input(value.name, facts, spanOf(value.place)) };
  value.form = { kind: "number", value: number2 };
  return number2;
}
function inputField(value, name) {
  if (value.form.kind === "undetermined") value.form = { kind: "object", fields: /* @__PURE__ */ new Map() };
  if (value.form.kind !== "object") return void 0;
  const known = value.form.fields.get(name);
  if (known !== void 0) return known;
  const claim = value.claim?.kind === "object" ? claimOf(value.claim.fields.get(name), value.claim.file) : void 0;
  const field = input2(`${value.name}.${name}`, claim, value.place);
  value.form.fields.set(name, field);
  return field;
}
function inputElement(lowering, value) {
  if (value.claim?.kind === "tensor" && value.claim.orList === true) return asTensor(lowering, value);
  if (value.form.kind === "undetermined") {
    const claim = value.claim?.kind === "list" ? value.claim.element : void 0;
    value.form = { kind: "list", element: input2(`${value.name}[]`, claim, value.place) };
  }
  return value.form.kind === "list" ? value.form.element : void 0;
}
function makeOpaque(value, why) {
  if (value.form.kind === "undetermined") value.form = { kind: "opaque", why };
}
function unitInputs(parameters, captured, selfReads) {
  const list2 = (values, source, prefix) => [...values].map(([name, value]) => ({ name: prefix + name, source, form: formOf(value, 0) }));
  return [...list2(parameters, "parameter", ""), ...list2(captured, "captured", ""), ...list2(selfReads, "this", "this.")];
}
function formOf(value, depth) {
  if (depth > 4) return { kind: "opaque", why: "nested too deep" };
  switch (value.kind) {
    case "constant":
      return { kind: "constant", value: value.value };
    case "tensor":
      return { kind: "tensor", node: value.node };
    case "number":
      return { kind: "number", node: value.node };
    case "array": {
      if (value.rest !== void 0) return { kind: "opaque", why: "an array of unknown length" };
      return { kind: "list", elements: value.elements.map((element) => formOf(element, depth + 1)) };
    }
    case "object":
      return objectForm(value.fields, depth);
    case "input":
      return inputForm(value, depth);
    case "tensorflow":
    case "native":
    case "module":
      return { kind: "unused" };
    // part of the environment, not of the inputs
    case "unknown":
      return { kind: "opaque", why: value.cause };
    default:
      return { kind: "opaque", why: `a ${value.kind}` };
  }
}
function inputForm(value, depth) {
  const form = value.form;
  switch (form.kind) {
    case "undetermined":
      return { kind: "unused" };
    case "tensor":
      return { kind: "tensor", node: form.value.node, claimedRank: value.claim?.kind === "tensor" ? value.claim.rank : void 0 };
    case "number":
      return { kind: "number", node: form.value.node };
    case "object":
      return objectForm(form.fields, depth);
    case "list":
      return { kind: "list", elements: [formOf(form.element, depth + 1)] };
    case "opaque":
      return { kind: "opaque", why: form.why };
  }
}
function objectForm(fields, depth) {
  return { kind: "object", fields: Object.fromEntries([...fields].map(([name, field]) => [name, formOf(field, depth + 1)])) };
}

// src/program/arithmetic.ts
var FOLD = {
  "js.add": (a, b) => a + b,
  "js.sub": (a, b) => a - b,
  "js.mul": (a, b) => a * b,
  "js.div": (a, b) => a / b,
  "js.mod": (a, b) => a % b,
  "js.pow": (a, b) => a ** b
};
function arithmetic2(lowering, op, a, b, place) {
  if (a.kind === "constant" && b.kind === "constant") return fold(lowering, op, a.value, b.value);
  const left = numberOf2(lowering, a, op === "js.add" ? b : void 0);
  const right = numberOf2(lowering, b, op === "js.add" ? a : void 0);
  if (left === void 0 || right === void 0) return lowering.unknown("unresolved name");
  const node = lowering.builder.op(opNamed(op), { a: left.node, b: right.node }, {}, spanOf(place));
  return { kind: "number", node, size: sizeOf2(op, left.size, right.size) };
}
function fold(lowering, op, a, b) {
  if (typeof a === "number" && typeof b === "number") return constant(FOLD[op](a, b));
  if (op === "js.add" && (typeof a === "string" || typeof b === "string")) return constant(`${String(a)}${String(b)}`);
  return lowering.unknown("unmodelled syntax");
}
function sizeOf2(op, a, b) {
  if (a === void 0 || b === void 0) return void 0;
  if (op === "js.mul") return multiplySizes([a, b]);
  return op === "js.div" ? divideSize(a, b) : void 0;
}
function numberOf2(lowering, value, partner) {
  switch (value.kind) {
    case "number":
      return { node: value.node, size: value.size };
    case "constant":
      if (typeof value.value !== "number") return void 0;
      return {
        node: lowering.builder.constant(value.value, "number", lowering.builder.nodes.at(-1)?.span ?? { file: "", start: 0, end: 0 }),
        size: Number.isInteger(value.value) && value.value >= 0 ? value.value : void 0
      };
    case "input": {
      if (value.claim !== void 0 && value.claim.kind !== "number") return void 0;
      const alone = partner !== void 0 && asNumber(partner) === void 0 && partner.kind !== "number";
      if (alone && value.claim === void 0 && value.form.kind === "undetermined") return void 0;
      const number2 = asNumberInput(lowering, value);
      return number2 === void 0 ? void 0 : { node: number2.node, size: void 0 };
    }
    default:
      return void 0;
  }
}
function numberNode(lowering, value, place) {
  if (value.kind === "number") return value.node;
  if (value.kind === "input") return asNumberInput(lowering, value)?.node;
  const number2 = asNumber(value);
  return number2 === void 0 ? void 0 : lowering.builder.constant(number2, "number", spanOf(place));
}
function negate(lowering, value, place) {
  const number2 = asNumber(value);
  if (number2 !== void 0) return constant(-number2);
  const operand2 = numberOf2(lowering, value, void 0);
  if (operand2 === void 0) return lowering.unknown("unresolved name");
  return { kind: "number", node: lowering.builder.op(opNamed("js.neg"), { x: operand2.node }, {}, spanOf(place)) };
}
var COMPARISONS = /* @__PURE__ */ new Map([
  [ts.SyntaxKind.LessThanToken, (a, b) => a < b],
  [ts.SyntaxKind.LessThanEqualsToken, (a, b) => a <= b],
  [ts.SyntaxKind.GreaterThanToken, (a, b) => a > b],
  [ts.SyntaxKind.GreaterThanEqualsToken, (a, b) => a >= b],
  [ts.SyntaxKind.EqualsEqualsToken, (a, b) => a == b],
  // eslint-disable-line eqeqeq -- the operator of the user's code
  [ts.SyntaxKind.EqualsEqualsEqualsToken, (a, b) => a === b],
  [ts.SyntaxKind.ExclamationEqualsToken, (a, b) => a != b],
  // eslint-disable-line eqeqeq -- the operator of the user's code
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, (a, b) => a !== b]
]);
function compare(lowering, operator, a, b) {
  const test = COMPARISONS.get(operator);
  if (test === void 0) return lowering.unknown("unmodelled syntax");
  if (a.kind === "constant" && b.kind === "constant") return constant(test(a.value, b.value));
  const there = isThere(a) ? b : isThere(b) ? a : void 0;
  if (there?.kind === "constant" && (there.value === null || there.value === void 0)) {
    return constant(operator === ts.SyntaxKind.ExclamationEqualsToken || operator === ts.SyntaxKind.ExclamationEqualsEqualsToken);
  }
  return lowering.unknown("unmodelled syntax");
}
var isThere = (value) => ["tensor", "array", "object", "function", "class", "layer", "number", "tensorflow", "module"].includes(value.kind) || value.kind === "input" && value.form.kind !== "undetermined";

// src/program/joins.ts
function join(lowering, a, b) {
  if (a === b) return a;
  if (isNullish(a)) return b;
  if (isNullish(b)) return a;
  if (a.kind === "constant" && b.kind === "constant" && Object.is(a.value, b.value)) return a;
  if (isNumber(a) && isNumber(b)) return joinNumbers(lowering, a, b);
  if (a.kind === "input" && b.kind === "tensor") return joinInput(lowering, a, b);
  if (b.kind === "input" && a.kind === "tensor") return joinInput(lowering, b, a);
  if (a.kind === "input" && b.kind === "input") {
    if (claimsTensor(a) && claimsTensor(b)) return join(lowering, asTensor(lowering, a), asTensor(lowering, b));
    return a;
  }
  if (a.kind === "tensor" && b.kind === "tensor") {
    return { kind: "tensor", node: lowering.builder.join(a.node, b.node, b.node.span) };
  }
  if (a.kind === "array" && b.kind === "array") return joinArrays(lowering, a, b);
  if (a.kind === "object" && b.kind === "object") {
    const names = /* @__PURE__ */ new Set([...a.fields.keys(), ...b.fields.keys()]);
    const fields = /* @__PURE__ */ new Map();
    for (const name of names) {
      const left = a.fields.get(name);
      const right = b.fields.get(name);
      fields.set(name, left === void 0 || right === void 0 ? left ?? right : join(lowering, left, right));
    }
    return { kind: "object", fields, prototype: a.prototype === b.prototype ? a.prototype : void 0 };
  }
  return lowering.unknown("branches disagree");
}
var isNullish = (value) => value.kind === "constant" && (value.value === void 0 || value.value === null);
var isNumber = (value) => value.kind === "number" || value.kind === "constant" && typeof value.value === "number";
function joinNumbers(lowering, a, b) {
  const left = numberNode2(lowering, a);
  const right = numberNode2(lowering, b);
  const node = lowering.builder.join(left, right, right.span);
  return { kind: "number", node };
}
function numberNode2(lowering, value) {
  if (value.kind === "number") return value.node;
  const number2 = value.kind === "constant" ? Number(value.value) : NaN;
  return lowering.builder.constant(number2, "number", lowering.builder.nodes.at(-1)?.span ?? { file: "", start: 0, end: 0 });
}
function joinInput(lowering, a, b) {
  const tensor2 = asTensor(lowering, a);
  return tensor2 === void 0 ? lowering.unknown("branches disagree") : join(lowering, tensor2, b);
}
function joinArrays(lowering, a, b) {
  if (a.elements.length === b.elements.length && a.rest === void 0 && b.rest === void 0) {
    return { ...a, elements: a.elements.map((element, index) => join(lowering, element, b.elements[index])) };
  }
  const parts = [...a.elements, ...b.elements, ...a.rest === void 0 ? [] : [a.rest], ...b.rest === void 0 ? [] : [b.rest]];
  return { ...a, elements: [], rest: parts.length === 0 ? void 0 : parts.reduce((left, right) => join(lowering, left, right)) };
}
function widen(lowering, before, after) {
  if (before === after) return before;
  if (before.kind === "constant" && after.kind === "constant" && before.value === after.value) return before;
  if (isNumber(before) && isNumber(after)) {
    const from = numberNode2(lowering, before);
    return { kind: "number", node: lowering.builder.widened(from, numberNode2(lowering, after), from.span) };
  }
  if (before.kind === "tensor" && after.kind === "tensor") {
    return { kind: "tensor", node: lowering.builder.widened(before.node, after.node, after.node.span) };
  }
  if (before.kind === "array" && after.kind === "array") return joinArrays(lowering, before, { ...after, rest: after.rest ?? after.elements.at(-1) });
  if (isNullish(before)) return after;
  if (before.kind === "object" || before.kind === "class" || before.kind === "function") return before;
  return lowering.unknown("loop-carried value");
}
function iterate(lowering, value) {
  switch (value.kind) {
    case "array":
      return value;
    case "input": {
      const element = inputElement(lowering, value);
      return { elements: [], rest: element ?? lowering.unknown("unknown element") };
    }
    case "constant":
      if (typeof value.value === "string") return { elements: [...value.value].map((character) => ({ kind: "constant", value: character })), rest: void 0 };
      return isUndefined(value) ? { elements: [], rest: void 0 } : { elements: [], rest: lowering.unknown("unknown element") };
    default:
      return { elements: [], rest: lowering.unknown("unknown element") };
  }
}

// src/program/operands.ts
function toOperand(lowering, value, span) {
  switch (value.kind) {
    case "tensor":
      return value.node;
    case "number":
      return value.node;
    case "input":
      return asTensor(lowering, value)?.node;
    case "constant":
      if (typeof value.value === "number") return lowering.builder.constant(value.value, "float32", span);
      if (typeof value.value === "boolean") return lowering.builder.constant(value.value, "bool", span);
      return void 0;
    case "array":
      return literalOperand(lowering, value, span);
    case "unknown":
      return lowering.builder.unknown(value.cause, span);
    default:
      return void 0;
  }
}
function literalOperand(lowering, value, span) {
  const leaves = [];
  let boolean = false;
  const shape = literalShape2(lowering, value, (leaf) => {
    leaves.push(leafRange(leaf));
    boolean ||= leaf.kind === "constant" && typeof leaf.value === "boolean";
  });
  const dtype = value.typed ?? (boolean ? "bool" : "float32");
  if (shape === void 0) return lowering.builder.unknown("unknown element", span);
  const range2 = leaves.length === 0 ? unknownRange() : joinRanges(...leaves);
  return lowering.builder.literal(toAttribute(value), shape, dtype, range2, span);
}
function literalShape2(lowering, value, leaf) {
  if (value.kind !== "array") {
    leaf(value);
    return value.kind === "constant" || value.kind === "number" ? [] : void 0;
  }
  const items = value.rest === void 0 ? value.elements : [...value.elements, value.rest];
  const inner = items.map((item) => literalShape2(lowering, item, leaf));
  if (inner.some((shape) => shape === void 0)) return void 0;
  const size = value.rest === void 0 ? value.elements.length : lowering.builder.freshSize();
  return [dim(size, size === 1 ? { one: "data" } : {}), ...inner[0] ?? []];
}
function leafRange(value) {
  if (value.kind === "number") return value.node.range;
  if (value.kind === "constant") return constantRange(Number(value.value));
  return unknownRange();
}
function toAttribute(value) {
  switch (value.kind) {
    case "constant":
      return value.value;
    case "number":
      return { unknown: true, range: value.node.range };
    case "array":
      return arrayAttribute(value);
    case "object":
      return Object.fromEntries([...value.fields].map(([name, field]) => [name, toAttribute(field)]));
    case "input":
      return { unknown: true, range: value.form.kind === "number" ? value.form.value.node.range : void 0 };
    case "tensorflow":
      return REDUCTIONS2[value.path] ?? { unknown: true };
    default:
      return { unknown: true };
  }
}
var REDUCTIONS2 = {
  "Reduction.NONE": 0,
  "Reduction.MEAN": 1,
  "Reduction.SUM": 2,
  "Reduction.SUM_BY_NONZERO_WEIGHTS": 3
};
function arrayAttribute(value) {
  if (value.rest !== void 0) return { unknown: true };
  const sized = value.elements.some((element) => element.kind === "number" && element.size !== void 0);
  if (!sized) return value.elements.map(toAttribute);
  const dims = value.elements.map((element) => {
    if (element.kind === "number") return dim(element.size ?? symbol(`node ${element.node.id}`));
    if (element.kind === "constant" && typeof element.value === "number") return dim(element.value, element.value === 1 ? { one: "explicit" } : {});
    return void 0;
  });
  return dims.every((d) => d !== void 0) ? { shape: dims } : value.elements.map(toAttribute);
}

// src/program/patterns.ts
function bindPattern(lowering, target, value, scope, mode, type) {
  if (ts.isIdentifier(target)) {
    const claimed = type === void 0 ? value : applyClaim(lowering, value, type);
    bindName(lowering, target.text, claimed, scope, mode);
  } else if (ts.isObjectBindingPattern(target)) {
    bindObjectPattern(lowering, target, value, scope);
  } else if (ts.isArrayBindingPattern(target)) {
    const { elements, rest } = iterate(lowering, value);
    target.elements.forEach((element, index) => {
      if (ts.isOmittedExpression(element)) return;
      const item = element.dotDotDotToken === void 0 ? elements[index] ?? rest ?? UNDEFINED : { kind: "array", elements: elements.slice(index), rest };
      bindPattern(lowering, element.name, orDefault(lowering, item, element.initializer, scope), scope, "declare");
    });
  } else if (ts.isPropertyAccessExpression(target)) {
    setProperty(lowering, evaluate(lowering, target.expression, scope), target.name.text, value);
  } else if (ts.isElementAccessExpression(target)) {
    setElement(lowering, evaluate(lowering, target.expression, scope), evaluate(lowering, target.argumentExpression, scope), value);
  } else if (ts.isArrayLiteralExpression(target)) {
    const { elements, rest } = iterate(lowering, value);
    target.elements.forEach((element, index) => {
      if (ts.isOmittedExpression(element)) return;
      const inner = ts.isBinaryExpression(element) ? element.left : element;
      if (!ts.isSpreadElement(inner)) bindPattern(lowering, inner, elements[index] ?? rest ?? UNDEFINED, scope, "assign");
    });
  } else if (ts.isObjectLiteralExpression(target)) {
    for (const property of target.properties) {
      if (ts.isShorthandPropertyAssignment(property)) bindName(lowering, property.name.text, getProperty(lowering, value, property.name.text, property), scope, "assign");
      else if (ts.isPropertyAssignment(property)) bindPattern(lowering, property.initializer, getProperty(lowering, value, property.name.getText(), property), scope, "assign");
    }
  } else if (ts.isParenthesizedExpression(target) || ts.isNonNullExpression(target) || ts.isAsExpression(target)) {
    bindPattern(lowering, target.expression, value, scope, mode);
  }
}
function bindName(lowering, name, value, scope, mode) {
  const holder = mode === "declare" ? scope : scope.find(name) ?? scope;
  lowering.journal.write(holder.variables, name, value);
}
function bindObjectPattern(lowering, pattern, value, scope) {
  const taken = /* @__PURE__ */ new Set();
  for (const element of pattern.elements) {
    if (element.dotDotDotToken !== void 0) {
      const left = value.kind === "object" ? [...value.fields].filter(([name2]) => !taken.has(name2)) : [];
      bindPattern(lowering, element.name, value.kind === "object" ? record(left) : value, scope, "declare");
      continue;
    }
    const key = element.propertyName ?? element.name;
    const name = ts.isIdentifier(key) || ts.isStringLiteral(key) ? key.text : void 0;
    const field = name === void 0 ? lowering.unknown("unmodelled syntax") : getProperty(lowering, value, name, element);
    if (name !== void 0) taken.add(name);
    bindPattern(lowering, element.name, orDefault(lowering, field, element.initializer, scope), scope, "declare");
  }
}
function orDefault(lowering, value, initializer, scope) {
  if (initializer === void 0) return value;
  const undescribed = value.kind === "input" && value.form.kind === "undetermined" && value.claim?.kind !== "tensor";
  return isUndefined(value) || undescribed ? evaluate(lowering, initializer, scope) : value;
}
function applyClaim(lowering, value, type) {
  if (value.kind !== "input" || value.form.kind !== "undetermined") return value;
  const claim = claimOf(type, type.getSourceFile());
  return claim?.kind === "tensor" && claim.orList !== true ? asTensor(lowering, value) ?? value : value;
}

// src/program/refinement.ts
function refine(lowering, condition, holds, scope) {
  if (ts.isParenthesizedExpression(condition)) return refine(lowering, condition.expression, holds, scope);
  if (ts.isPrefixUnaryExpression(condition) && condition.operator === ts.SyntaxKind.ExclamationToken) {
    return refine(lowering, condition.operand, !holds, scope);
  }
  if (!ts.isBinaryExpression(condition)) return;
  const operator = condition.operatorToken.kind;
  if (operator === ts.SyntaxKind.AmpersandAmpersandToken && holds) {
    refine(lowering, condition.left, true, scope);
    refine(lowering, condition.right, true, scope);
    return;
  }
  if (operator === ts.SyntaxKind.BarBarToken && !holds) {
    refine(lowering, condition.left, false, scope);
    refine(lowering, condition.right, false, scope);
    return;
  }
  const relation = RELATIONS.get(operator);
  if (relation === void 0) return;
  narrow(lowering, condition.left, condition.right, holds ? relation : OPPOSITE2[relation], scope);
  narrow(lowering, condition.right, condition.left, MIRRORED2[holds ? relation : OPPOSITE2[relation]], scope);
}
var RELATIONS = /* @__PURE__ */ new Map([
  [ts.SyntaxKind.LessThanToken, "<"],
  [ts.SyntaxKind.LessThanEqualsToken, "<="],
  [ts.SyntaxKind.GreaterThanToken, ">"],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">="],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "="],
  [ts.SyntaxKind.EqualsEqualsToken, "="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "\u2260"],
  [ts.SyntaxKind.ExclamationEqualsToken, "\u2260"]
]);
var OPPOSITE2 = { "<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "\u2260", "\u2260": "=" };
var MIRRORED2 = { "<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "\u2260": "\u2260" };
function narrow(lowering, subject, bound, relation, scope) {
  if (!ts.isIdentifier(subject)) return;
  const holder = scope.find(subject.text);
  const value = holder?.variables.get(subject.text);
  const limit = asNumber(evaluate(lowering, bound, scope));
  if (holder === void 0 || value === void 0 || limit === void 0) return;
  const number2 = asNumberValue(lowering, value);
  if (number2 === void 0) return;
  const { range: range2 } = number2.node;
  const tiny = Number.MIN_VALUE;
  const inside2 = relation === "<" ? interval(-Infinity, limit === 0 ? -tiny : limit, "declared") : relation === "<=" ? interval(-Infinity, limit, "declared") : relation === ">" ? interval(limit === 0 ? tiny : limit, Infinity, "declared") : relation === ">=" ? interval(limit, Infinity, "declared") : relation === "=" ? interval(limit, limit, "declared") : limit === 0 && range2.low === 0 ? interval(tiny, Infinity, "declared") : void 0;
  if (inside2 === void 0) return;
  const narrowed = intersectRanges(range2, inside2);
  if (narrowed === void 0) return;
  lowering.journal.write(holder.variables, subject.text, { ...number2, node: { ...number2.node, range: narrowed } });
}
function asNumberValue(lowering, value) {
  if (value.kind === "number") return value;
  return value.kind === "input" && value.claim?.kind === "number" ? asNumberInput(lowering, value) : void 0;
}

// src/program/statements.ts
function hoist(lowering, statements, scope) {
  for (const statement of statements) {
    if (ts.isFunctionDeclaration(statement) && statement.body !== void 0) {
      scope.variables.set(statement.name?.text ?? "default", createFunction(lowering, statement, scope));
    }
  }
}
function executeBlock(lowering, statements, scope) {
  hoist(lowering, statements, scope);
  for (const statement of statements) {
    const completion = execute(lowering, statement, scope);
    if (completion !== "next") return completion;
  }
  return "next";
}
function execute(lowering, statement, scope) {
  switch (statement.kind) {
    case ts.SyntaxKind.VariableStatement:
      declare(lowering, statement.declarationList, scope);
      return "next";
    case ts.SyntaxKind.ExpressionStatement: {
      const { expression } = statement;
      const value = evaluate(lowering, expression, scope);
      if (value.kind === "tensor" && ts.isCallExpression(expression)) lowering.discarded(value.node);
      return "next";
    }
    case ts.SyntaxKind.ReturnStatement: {
      const { expression } = statement;
      lowering.frame?.returns.push(expression === void 0 ? UNDEFINED : evaluate(lowering, expression, scope));
      return "stop";
    }
    case ts.SyntaxKind.ThrowStatement:
      evaluate(lowering, statement.expression, scope);
      return "stop";
    case ts.SyntaxKind.IfStatement:
      return executeIf(lowering, statement, scope);
    case ts.SyntaxKind.Block:
      return executeBlock(lowering, statement.statements, new Scope(scope, scope.owner));
    case ts.SyntaxKind.ForStatement:
    case ts.SyntaxKind.WhileStatement:
    case ts.SyntaxKind.DoStatement:
      return executeLoop(lowering, statement, scope);
    case ts.SyntaxKind.ForOfStatement:
    case ts.SyntaxKind.ForInStatement:
      return executeForEach(lowering, statement, scope);
    case ts.SyntaxKind.SwitchStatement:
      return executeSwitch(lowering, statement, scope);
    case ts.SyntaxKind.TryStatement:
      return executeTry(lowering, statement, scope);
    case ts.SyntaxKind.LabeledStatement:
      return execute(lowering, statement.statement, scope);
    case ts.SyntaxKind.BreakStatement:
    case ts.SyntaxKind.ContinueStatement:
      return "leave";
    case ts.SyntaxKind.ClassDeclaration: {
      const declaration = statement;
      scope.variables.set(declaration.name?.text ?? "default", createClass(lowering, declaration, scope));
      return "next";
    }
    case ts.SyntaxKind.ExportAssignment:
      scope.variables.set("default", evaluate(lowering, statement.expression, scope));
      return "next";
    case ts.SyntaxKind.EnumDeclaration:
      declareEnum(lowering, statement, scope);
      return "next";
    case ts.SyntaxKind.ModuleDeclaration: {
      const { body } = statement;
      return body !== void 0 && ts.isModuleBlock(body) ? executeBlock(lowering, body.statements, scope) : "next";
    }
    default:
      return "next";
  }
}
function declare(lowering, list2, scope) {
  for (const declaration of list2.declarations) {
    const value = declaration.initializer === void 0 ? UNDEFINED : evaluate(lowering, declaration.initializer, scope, nameOf(declaration.name));
    bindPattern(lowering, declaration.name, value, scope, "declare", declaration.type);
  }
}
var nameOf = (name) => ts.isIdentifier(name) ? name.text : void 0;
function declareEnum(lowering, declaration, scope) {
  const fields = /* @__PURE__ */ new Map();
  let next = 0;
  for (const member of declaration.members) {
    const value = member.initializer === void 0 ? constant(next) : evaluate(lowering, member.initializer, scope);
    if (value.kind === "constant" && typeof value.value === "number") next = value.value + 1;
    fields.set(member.name.getText(), value);
  }
  scope.variables.set(declaration.name.text, { kind: "object", fields });
}
function executeIf(lowering, statement, scope) {
  const decided = truthiness(evaluate(lowering, statement.expression, scope));
  if (decided === true) return execute(lowering, statement.thenStatement, scope);
  if (decided === false) return statement.elseStatement === void 0 ? "next" : execute(lowering, statement.elseStatement, scope);
  return branch(
    lowering,
    () => {
      refine(lowering, statement.expression, true, scope);
      return execute(lowering, statement.thenStatement, scope);
    },
    () => {
      refine(lowering, statement.expression, false, scope);
      return statement.elseStatement === void 0 ? "next" : execute(lowering, statement.elseStatement, scope);
    }
  );
}
function branch(lowering, one, other) {
  let first = "next";
  let second = "next";
  const changes = lowering.journal.attempt(() => first = one());
  const otherChanges = lowering.journal.attempt(() => second = other());
  if (first === "next" && second !== "next") lowering.journal.apply(changes);
  else if (second === "next" && first !== "next") lowering.journal.apply(otherChanges);
  else lowering.journal.merge(changes, otherChanges, (a, b) => join(lowering, a, b));
  if (first === "next" || second === "next") return "next";
  return first === "stop" && second === "stop" ? "stop" : "leave";
}
function executeLoop(lowering, statement, outer) {
  const scope = new Scope(outer, outer.owner);
  if (ts.isForStatement(statement) && statement.initializer !== void 0) {
    if (ts.isVariableDeclarationList(statement.initializer)) declare(lowering, statement.initializer, scope);
    else evaluate(lowering, statement.initializer, scope);
  }
  const condition = ts.isForStatement(statement) ? statement.condition : statement.expression;
  loop(lowering, () => {
    if (condition !== void 0 && !ts.isDoStatement(statement)) evaluate(lowering, condition, scope);
    const completion = execute(lowering, statement.statement, scope);
    if (completion === "stop") return completion;
    if (ts.isForStatement(statement) && statement.incrementor !== void 0) evaluate(lowering, statement.incrementor, scope);
    if (condition !== void 0 && ts.isDoStatement(statement)) evaluate(lowering, condition, scope);
    return completion;
  });
  return "next";
}
function loop(lowering, body) {
  let first = "next";
  const once = lowering.journal.attempt(() => first = body());
  if (first === "stop") {
    lowering.journal.merge(once, /* @__PURE__ */ new Map(), (a, b) => join(lowering, a, b));
    return;
  }
  const many = lowering.journal.attempt(() => {
    lowering.journal.merge(once, /* @__PURE__ */ new Map(), (after, before) => widen(lowering, before, after));
    body();
  });
  lowering.journal.merge(once, many, (a, b) => join(lowering, a, b));
}
var MAX_UNROLLED = 8;
function executeForEach(lowering, statement, outer) {
  const subject = evaluate(lowering, statement.expression, outer);
  const bind = (element) => {
    const scope = new Scope(outer, outer.owner);
    if (ts.isVariableDeclarationList(statement.initializer)) {
      bindPattern(lowering, statement.initializer.declarations[0].name, element, scope, "declare");
    } else {
      bindPattern(lowering, statement.initializer, element, scope, "assign");
    }
    return scope;
  };
  if (ts.isForInStatement(statement)) {
    loop(lowering, () => execute(lowering, statement.statement, bind(lowering.unknown("unknown element"))));
    return "next";
  }
  const { elements, rest } = iterate(lowering, subject);
  if (rest === void 0 && elements.length <= MAX_UNROLLED) {
    for (const element of elements) {
      if (execute(lowering, statement.statement, bind(element)) === "stop") return "stop";
    }
    return "next";
  }
  const typical2 = [...elements, ...rest === void 0 ? [] : [rest]].reduce((a, b) => join(lowering, a, b));
  loop(lowering, () => execute(lowering, statement.statement, bind(typical2)));
  return "next";
}
function executeSwitch(lowering, statement, outer) {
  const subject = evaluate(lowering, statement.expression, outer);
  const scope = new Scope(outer, outer.owner);
  const { clauses } = statement.caseBlock;
  const known = subject.kind === "constant" ? clauses.findIndex((clause) => ts.isCaseClause(clause) && isConstant(evaluate(lowering, clause.expression, scope), subject.value)) : -1;
  const run = (index) => {
    for (const clause of clauses.slice(index)) {
      const completion = executeBlock(lowering, clause.statements, scope);
      if (completion !== "next") return completion === "leave" ? "next" : completion;
    }
    return "next";
  };
  if (known >= 0) return run(known);
  const ways = clauses.map((_, index) => () => run(index));
  if (!clauses.some(ts.isDefaultClause)) ways.push(() => "next");
  if (ways.length === 0) return "next";
  return ways.reduceRight((rest, way) => () => branch(lowering, way, rest), ways.pop())();
}
var isConstant = (value, wanted) => value.kind === "constant" && value.value === wanted;
function executeTry(lowering, statement, scope) {
  const tried = () => execute(lowering, statement.tryBlock, scope);
  const { catchClause } = statement;
  const completion = catchClause === void 0 ? tried() : branch(lowering, tried, () => {
    const inner = new Scope(scope, scope.owner);
    if (catchClause.variableDeclaration !== void 0) {
      bindPattern(lowering, catchClause.variableDeclaration.name, lowering.unknown("unresolved name"), inner, "declare");
    }
    return executeBlock(lowering, catchClause.block.statements, inner);
  });
  if (statement.finallyBlock !== void 0) {
    const last = execute(lowering, statement.finallyBlock, scope);
    if (last !== "next") return last;
  }
  return completion;
}
function returned(lowering, returns) {
  const values = returns.filter((value) => !isUndefined(value));
  if (values.length === 0) return UNDEFINED;
  return values.reduce((a, b) => join(lowering, a, b));
}

// src/program/modules.ts
function evaluateModule(lowering, module) {
  if (module.state !== "new") return;
  module.state = "running";
  bindImports(module);
  const request = { name: "<module>", kind: "module", declaration: module.source, module, boundary: void 0, differentiated: "no" };
  lowering.unit(request, () => {
    lowering.call({ declaration: module.source, module, self: void 0, owner: void 0 }, void 0, () => {
      const exportsObject = record();
      module.scope.variables.set("exports", exportsObject);
      module.scope.variables.set("module", record([["exports", exportsObject]]));
      executeBlock(lowering, module.source.statements, module.scope);
      bindExports(lowering, module);
    });
    return void 0;
  });
  module.state = "done";
}
function bindImports(module) {
  for (const statement of module.source.statements) {
    if (ts.isImportEqualsDeclaration(statement) && ts.isExternalModuleReference(statement.moduleReference)) {
      const { expression } = statement.moduleReference;
      if (ts.isStringLiteral(expression)) module.imports.set(statement.name.text, { specifier: expression.text, name: "*" });
    }
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const specifier = statement.moduleSpecifier.text;
    const { importClause } = statement;
    if (importClause === void 0 || importClause.isTypeOnly) continue;
    if (importClause.name !== void 0) module.imports.set(importClause.name.text, { specifier, name: "default" });
    const bindings = importClause.namedBindings;
    if (bindings === void 0) continue;
    if (ts.isNamespaceImport(bindings)) module.imports.set(bindings.name.text, { specifier, name: "*" });
    else for (const element of bindings.elements) module.imports.set(element.name.text, { specifier, name: (element.propertyName ?? element.name).text });
  }
}
function readImport(lowering, module, local) {
  const imported = module.imports.get(local);
  return imported === void 0 ? void 0 : importedValue(lowering, module, imported.specifier, imported.name);
}
function importedValue(lowering, from, specifier, name) {
  const path = tensorFlowPath(specifier);
  if (path !== void 0) {
    const whole2 = { kind: "tensorflow", path };
    return name === "*" || name === "default" ? whole2 : { kind: "tensorflow", path: path === "" ? name : `${path}.${name}` };
  }
  if (isTensorFlowPackage(specifier)) return lowering.unknown("unmodelled TensorFlow.js function");
  const target = lowering.modules.resolve(specifier, from);
  if (target === void 0) return lowering.unknown("unresolved import");
  if (name === "*") return { kind: "module", module: target };
  return readExport(lowering, target, name) ?? lowering.unknown("unresolved import");
}
function readExport(lowering, module, name) {
  evaluateModule(lowering, module);
  const direct = module.exports.get(name);
  if (direct !== void 0) return direct;
  const commonJs = commonJsExports(module);
  if (commonJs !== void 0) {
    if (name === "default") return commonJs;
    if (commonJs.kind === "object" && commonJs.fields.has(name)) return commonJs.fields.get(name);
  }
  for (const specifier of module.reexports) {
    const path = tensorFlowPath(specifier);
    if (path !== void 0) return { kind: "tensorflow", path: name };
    const target = lowering.modules.resolve(specifier, module);
    const found = target === void 0 || target === module ? void 0 : readExport(lowering, target, name);
    if (found !== void 0) return found;
  }
  return module.state === "running" ? module.scope.variables.get(name) : void 0;
}
function commonJsExports(module) {
  const holder = module.scope.variables.get("module");
  const value = holder?.kind === "object" ? holder.fields.get("exports") : void 0;
  return value?.kind === "object" && value.fields.size === 0 ? void 0 : value;
}
function bindExports(lowering, module) {
  const { variables } = module.scope;
  for (const statement of module.source.statements) {
    if (ts.isExportDeclaration(statement)) {
      bindExportDeclaration(lowering, module, statement);
    } else if (ts.isExportAssignment(statement)) {
      const value = variables.get("default");
      if (value !== void 0) module.exports.set("default", value);
    } else if (ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)) {
      const isDefault = ts.getModifiers(statement).some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword);
      for (const name of declaredNames(statement)) {
        const value = variables.get(name);
        if (value !== void 0) module.exports.set(isDefault ? "default" : name, value);
      }
    }
  }
}
function bindExportDeclaration(lowering, module, statement) {
  const specifier = statement.moduleSpecifier !== void 0 && ts.isStringLiteral(statement.moduleSpecifier) ? statement.moduleSpecifier.text : void 0;
  const { exportClause } = statement;
  if (exportClause === void 0) {
    if (specifier !== void 0) module.reexports.push(specifier);
    return;
  }
  if (ts.isNamespaceExport(exportClause)) {
    if (specifier !== void 0) module.exports.set(exportClause.name.text, importedValue(lowering, module, specifier, "*"));
    return;
  }
  for (const element of exportClause.elements) {
    if (element.isTypeOnly) continue;
    const local = (element.propertyName ?? element.name).text;
    const value = specifier === void 0 ? lowering.lookup(local, module.scope) ?? readImport(lowering, module, local) : importedValue(lowering, module, specifier, local);
    if (value !== void 0) module.exports.set(element.name.text, value);
  }
}
function declaredNames(statement) {
  if (ts.isVariableStatement(statement)) {
    const names = [];
    const visit = (name) => {
      if (ts.isIdentifier(name)) names.push(name.text);
      else for (const element of name.elements) if (ts.isBindingElement(element)) visit(element.name);
    };
    for (const declaration of statement.declarationList.declarations) visit(declaration.name);
    return names;
  }
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) return [statement.name?.text ?? "default"];
  return ts.isEnumDeclaration(statement) ? [statement.name.text] : [];
}
function requireModule(lowering, from, specifier) {
  const path = tensorFlowPath(specifier);
  if (path !== void 0) return { kind: "tensorflow", path };
  const target = lowering.modules.resolve(specifier, from);
  if (target === void 0) return lowering.unknown("unresolved import");
  evaluateModule(lowering, target);
  return commonJsExports(target) ?? { kind: "module", module: target };
}

// src/program/properties.ts
var TENSOR_METHODS = /* @__PURE__ */ new Set([
  "data",
  "dataSync",
  "array",
  "arraySync",
  "bytes",
  "buffer",
  "bufferSync",
  "dispose",
  "print",
  "toString",
  "assign",
  "read"
]);
var AMBIGUOUS_METHODS = /* @__PURE__ */ new Set([
  "add",
  "concat",
  "slice",
  "reverse",
  "includes",
  "toString",
  "print",
  "dispose",
  "buffer",
  "all",
  "any",
  "pad",
  "data",
  "read",
  "assign",
  "array",
  "bytes",
  "equal",
  "stack",
  "step",
  "pow",
  "cast"
]);
function getProperty(lowering, object, name, place) {
  switch (object.kind) {
    case "tensorflow":
      return tensorFlowMember(object, name);
    case "tensor":
      return tensorProperty(lowering, object.node, name, place, object);
    case "object":
      return objectProperty(lowering, object, name);
    case "class":
      return object.statics.get(name) ?? (object.superclass === void 0 ? { kind: "method", receiver: object, name } : getProperty(lowering, object.superclass, name, place));
    case "module":
      return readExport(lowering, object.module, name) ?? lowering.unknown("unresolved import");
    case "array":
      if (name === "length") return arrayLength(lowering, object, place);
      return { kind: "method", receiver: object, name };
    case "input":
      return inputProperty(lowering, object, name, place);
    case "constant":
      if (name === "length" && typeof object.value === "string") return constant(object.value.length);
      return object.value === null || object.value === void 0 ? lowering.unknown("unresolved name") : { kind: "method", receiver: object, name };
    case "native":
      return { kind: "native", name: `${object.name}.${name}`, ...nativeConstant(object.name, name) };
    default:
      return { kind: "method", receiver: object, name };
  }
}
var MATH_CONSTANTS = {
  "Math.PI": Math.PI,
  "Math.E": Math.E,
  "Math.LN2": Math.LN2,
  "Math.LN10": Math.LN10,
  "Math.SQRT2": Math.SQRT2,
  "Math.SQRT1_2": Math.SQRT1_2,
  "Math.LOG2E": Math.LOG2E,
  "Math.LOG10E": Math.LOG10E,
  "Number.EPSILON": Number.EPSILON,
  "Number.MAX_VALUE": Number.MAX_VALUE,
  "Number.MIN_VALUE": Number.MIN_VALUE,
  "Number.MAX_SAFE_INTEGER": Number.MAX_SAFE_INTEGER,
  "Number.POSITIVE_INFINITY": Infinity,
  "Number.NEGATIVE_INFINITY": -Infinity,
  "Number.NaN": NaN
};
function nativeConstant(object, name) {
  const value = MATH_CONSTANTS[`${object}.${name}`];
  return value === void 0 ? {} : constant(value);
}
function tensorProperty(lowering, node, name, place, value) {
  switch (name) {
    case "shape":
      return shapeValue(lowering, node, place);
    case "rank":
      return node.shape === void 0 ? { kind: "number", node: lowering.builder.unknown("unknown element", spanOf(place), "number") } : constant(node.shape.length);
    case "size": {
      const size = node.shape === void 0 ? void 0 : node.shape.every((d) => typeof d.size === "number") ? node.shape.reduce((product3, d) => product3 * d.size, 1) : void 0;
      return size === void 0 ? { kind: "number", node: lowering.builder.size(node, -1, lowering.builder.freshSize(), spanOf(place)) } : constant(size);
    }
    case "dtype":
      return node.dtype === void 0 ? lowering.unknown("unknown element") : constant(node.dtype);
    default:
      return { kind: "method", receiver: value, name };
  }
}
var unknownRankSizes = /* @__PURE__ */ new WeakMap();
function shapeValue(lowering, node, place) {
  const span = spanOf(place);
  if (node.shape === void 0) {
    return { kind: "array", elements: [], rest: { kind: "number", node: lowering.builder.size(node, 0, lowering.builder.freshSize(), span) }, shapeOf: node };
  }
  const sizes = node.shape.map((d, axis) => typeof d.size === "number" ? constant(d.size) : { kind: "number", node: lowering.builder.size(node, axis, d.size, span), size: d.size });
  return { ...array(sizes), shapeOf: node };
}
function sizeOfUnknownRank(lowering, node, axis, place) {
  const known = unknownRankSizes.get(node) ?? /* @__PURE__ */ new Map();
  unknownRankSizes.set(node, known);
  const size = lowering.builder.freshSize();
  const made = known.get(axis) ?? { kind: "number", node: lowering.builder.size(node, axis, size, spanOf(place)), size };
  known.set(axis, made);
  return made;
}
function objectProperty(lowering, object, name) {
  const own = object.fields.get(name);
  if (own !== void 0) {
    lowering.readField(object, name, own);
    if (own.kind === "function" && own.self === void 0) return { ...own, self: object };
    return own;
  }
  for (let type = object.prototype; type?.kind === "class"; type = type.superclass) {
    const member = methodOf(type, name);
    if (member === void 0) continue;
    const method = { kind: "function", declaration: member, scope: type.scope, module: type.module, self: object, owner: type };
    return ts.isGetAccessorDeclaration(member) ? callFunction(lowering, method, [], void 0) : method;
  }
  return superclassIsForeign(object.prototype) ? { kind: "method", receiver: object, name } : UNDEFINED;
}
function methodOf(type, name) {
  return type.declaration.members.find(
    (member) => (ts.isMethodDeclaration(member) || ts.isGetAccessorDeclaration(member)) && member.body !== void 0 && member.name.getText() === name
  );
}
function superclassIsForeign(type) {
  for (let current = type; current?.kind === "class"; current = current.superclass) {
    if (current.superclass !== void 0 && current.superclass.kind !== "class") return true;
  }
  return false;
}
function inputProperty(lowering, value, name, place) {
  if (value.form.kind === "tensor") return tensorProperty(lowering, value.form.value.node, name, place, value.form.value);
  const typed = claimsTensor(value) && !(value.claim?.kind === "tensor" && value.claim.orList === true && name === "length");
  const evident = (name === "shape" || name === "dataSync" || name === "arraySync" || opChained(name) !== void 0 && !AMBIGUOUS_METHODS.has(name)) && value.form.kind === "undetermined";
  if (typed || evident && mayBeTensor(value)) {
    const tensor2 = asTensor(lowering, value);
    if (tensor2 !== void 0 && tensor2.kind === "tensor") return tensorProperty(lowering, tensor2.node, name, place, tensor2);
  }
  if (name === "length" && value.form.kind !== "object") return { kind: "number", node: lowering.builder.size(lowering.builder.unknown("unknown element", spanOf(place)), 0, lowering.builder.freshSize(), spanOf(place)) };
  if (value.claim?.kind === "list" || value.form.kind === "list" || value.claim?.kind === "string") return { kind: "method", receiver: value, name };
  const isCallee = ts.isCallExpression(place.parent) && place.parent.expression === place;
  if (isCallee) return { kind: "method", receiver: value, name };
  return inputField(value, name) ?? lowering.unknown("unknown element");
}
function arrayLength(lowering, value, place) {
  const shapeOf3 = value.shapeOf;
  if (value.rest === void 0) return constant(value.elements.length);
  if (shapeOf3 !== void 0) return { kind: "number", node: lowering.builder.unknown("unknown element", spanOf(place), "number") };
  const size = lowering.builder.freshSize();
  return { kind: "number", node: lowering.builder.size(lowering.builder.unknown("unknown element", spanOf(place)), 0, size, spanOf(place)), size };
}
function getElement(lowering, object, index, place) {
  const key = asString(index);
  if (key !== void 0) return getProperty(lowering, object, key, place);
  const position2 = asNumber(index);
  switch (object.kind) {
    case "array": {
      const shapeOf3 = object.shapeOf;
      if (object.rest !== void 0 && shapeOf3 !== void 0 && position2 !== void 0) return sizeOfUnknownRank(lowering, shapeOf3, position2, place);
      const known = position2 === void 0 ? void 0 : object.elements[position2];
      if (known !== void 0) return known;
      const all = [...object.elements, ...object.rest === void 0 ? [] : [object.rest]];
      if (position2 !== void 0 && object.rest !== void 0) return object.rest;
      return all.length === 0 ? UNDEFINED : all.reduce((a, b) => join(lowering, a, b));
    }
    case "input":
      return inputElement(lowering, object) ?? lowering.unknown("unknown element");
    case "object": {
      if (position2 !== void 0) return object.fields.get(String(position2)) ?? lowering.unknown("unknown element");
      const values = [...object.fields.values()];
      return values.length === 0 ? lowering.unknown("unknown element") : values.reduce((a, b) => join(lowering, a, b));
    }
    case "tensor":
      return lowering.unknown("not a tensor");
    default:
      return lowering.unknown("unknown element");
  }
}
function setProperty(lowering, object, name, value) {
  if (object.kind === "object") lowering.writeField(object, name, value);
  else if (object.kind === "class") lowering.journal.write(object.statics, name, value);
  else if (object.kind === "input") {
    inputField(object, name);
    if (object.form.kind === "object") lowering.journal.write(object.form.fields, name, value);
  }
}
function setElement(lowering, object, index, value) {
  const key = asString(index);
  if (key !== void 0) return setProperty(lowering, object, key, value);
  if (object.kind !== "array") return;
  const position2 = asNumber(index);
  if (position2 !== void 0 && position2 < object.elements.length) {
    object.elements = object.elements.map((old, at) => at === position2 ? join(lowering, old, value) : old);
  } else {
    object.rest = object.rest === void 0 ? value : join(lowering, object.rest, value);
  }
}

// src/program/tensorflow.ts
function tensorFlowMember(namespace, name) {
  if (name === "default") return namespace;
  return { kind: "tensorflow", path: namespace.path === "" ? name : `${namespace.path}.${name}` };
}
function callTensorFlow(lowering, path, args, place) {
  const special = SPECIAL[path];
  if (special !== void 0) return special(lowering, args, place);
  const row = opNamed(path);
  if (row !== void 0) return callOp(lowering, row, row.parameters.map((parameter) => parameter.name), args, {}, place);
  if (isLayerFactory(path)) return createLayer(path, args);
  return lowering.unknown("unmodelled TensorFlow.js function");
}
function callTensorMethod(lowering, receiver, name, args, place) {
  const { node } = receiver;
  if (name === "dataSync" || name === "data" || name === "bytes") {
    return { kind: "array", elements: [], rest: { kind: "number", node: lowering.builder.element(node, spanOf(place)) }, typed: node.dtype === "int32" ? "int32" : "float32" };
  }
  if (name === "array" || name === "arraySync") return nestedElements(lowering, node, node.shape?.length, place);
  if (name === "assign") return UNDEFINED;
  if (name === "read") return receiver;
  if (TENSOR_METHODS.has(name)) return UNDEFINED;
  const spelling = opChained(name);
  if (spelling === void 0) return lowering.unknown("unmodelled TensorFlow.js function");
  return callOp(lowering, spelling.row, spelling.parameters, [receiver, ...args], spelling.attributes ?? {}, place);
}
function nestedElements(lowering, node, rank2, place) {
  const element = { kind: "number", node: lowering.builder.element(node, spanOf(place)) };
  if (rank2 === void 0) return lowering.unknown("unknown element");
  let value = element;
  for (const d of [...node.shape].reverse()) {
    value = typeof d.size === "number" && d.size <= 8 ? array(Array(d.size).fill(value)) : { kind: "array", elements: [], rest: value };
  }
  return value;
}
function callOp(lowering, row, order, args, fixed, place) {
  const span = spanOf(place);
  const operands = {};
  const attributes = {};
  for (const parameter of row.parameters) {
    const position2 = order.indexOf(parameter.name);
    const value = position2 < 0 ? void 0 : args[position2];
    if (parameter.kind === "tensor" || parameter.kind === "tensors") {
      const operand2 = operandFor(lowering, parameter, value, span);
      if (operand2 === "missing") continue;
      if (operand2 === void 0) return lowering.unknown("not a tensor");
      operands[parameter.name] = operand2;
    } else if (parameter.name in fixed) {
      attributes[parameter.name] = fixed[parameter.name];
    } else if (value !== void 0 && !isUndefined(value)) {
      attributes[parameter.name] = toAttribute(value);
    } else if (parameter.default !== void 0) {
      attributes[parameter.name] = parameter.default;
    }
  }
  return outputs(lowering, row, operands, attributes, place);
}
function operandFor(lowering, parameter, value, span) {
  const absent = value === void 0 || isUndefined(value) || value.kind === "constant" && value.value === null;
  if (absent) return parameter.optional === true ? "missing" : void 0;
  if (parameter.kind === "tensor") return toOperand(lowering, value, span);
  const { elements, rest } = iterate(lowering, value);
  const nodes = elements.map((element) => toOperand(lowering, element, span));
  if (rest !== void 0) return [lowering.builder.unknown("unknown element", span)];
  return nodes.every((node) => node !== void 0) ? nodes : void 0;
}
function outputs(lowering, row, operands, attributes, place) {
  const span = spanOf(place);
  const make = (output2) => ({ kind: "tensor", node: lowering.builder.op(row, operands, attributes, span, output2) });
  const result = row.result ?? "one";
  if (result === "one") {
    const made = make();
    return made.node.dtype === "number" ? { kind: "number", node: made.node } : made;
  }
  if (result === "list") {
    const count = outputCount(operands, attributes);
    return count === void 0 ? { kind: "array", elements: [], rest: make(0) } : array(Array.from({ length: count }, (_, index) => make(index)));
  }
  return record(result.record.map((name) => [name, make(name)]));
}
function outputCount(operands, attributes) {
  const asked = attributes["numOrSizeSplits"];
  if (typeof asked === "number") return asked;
  if (Array.isArray(asked)) return asked.length;
  if (asked !== void 0) return void 0;
  const x = operands["x"];
  const axis = attributes["axis"];
  if (x !== void 0 && !Array.isArray(x) && typeof axis === "number") {
    const shape = concreteShape(x.shape);
    return shape?.[axis < 0 ? axis + shape.length : axis];
  }
  return axis === void 0 ? 2 : void 0;
}
var isFunction = (value) => value?.kind === "function";
var lastFunction = (args) => args.find(isFunction);
var SPECIAL = {
  tidy: (lowering, args, place) => enter(lowering, lastFunction(args), [], place),
  time: (lowering, args, place) => enter(lowering, lastFunction(args), [], place),
  profile: (lowering, args, place) => enter(lowering, lastFunction(args), [], place),
  keep: (_, args) => args[0] ?? UNDEFINED,
  grad: (lowering, args, place) => gradientOf(lowering, args[0], place, (value) => value),
  grads: (lowering, args, place) => gradientOf(lowering, args[0], place, (value) => value),
  valueAndGrad: (lowering, args, place) => gradientOf(lowering, args[0], place, (grad, value) => record([["grad", grad], ["value", value]])),
  valueAndGrads: (lowering, args, place) => gradientOf(lowering, args[0], place, (grads, value) => record([["grads", grads], ["value", value]])),
  variableGrads: (lowering, args, place) => {
    const value = lowering.differentiated(() => enter(lowering, lastFunction(args), [], place));
    return record([["value", value], ["grads", lowering.unknown("unknown element")]]);
  },
  customGrad: (lowering, args, place) => customGradient(lowering, args[0], place),
  dispose: () => UNDEFINED,
  ready: () => UNDEFINED,
  nextFrame: () => UNDEFINED,
  setBackend: () => UNDEFINED,
  memory: (lowering) => lowering.unknown("unknown element"),
  getBackend: (lowering) => lowering.unknown("unknown element"),
  backend: () => ({ kind: "native", name: "tf.backend()" }),
  "util.assert": () => UNDEFINED,
  "util.assertShapesMatch": () => UNDEFINED,
  "util.sizeFromShape": (lowering) => lowering.unknown("unknown element")
};
function enter(lowering, fn, args, place) {
  return fn === void 0 ? lowering.unknown("unresolved call") : callFunction(lowering, fn, args, place);
}
function gradientOf(lowering, fn, place, result) {
  return {
    kind: "native",
    name: "gradient",
    call: (args) => {
      const inputs = args[0]?.kind === "array" ? iterate(lowering, args[0]).elements : args.slice(0, 1);
      const value = isFunction(fn) ? lowering.differentiated(() => callFunction(lowering, fn, inputs, place)) : fn?.kind === "tensorflow" ? lowering.differentiated(() => callTensorFlow(lowering, fn.path, inputs, place)) : lowering.unknown("unresolved call");
      const gradients = inputs.map((input3) => gradientLike(lowering, input3, place));
      return result(args[0]?.kind === "array" ? array(gradients) : gradients[0] ?? lowering.unknown("unresolved call"), value);
    }
  };
}
function gradientLike(lowering, value, place) {
  const node = value.kind === "tensor" ? value.node : value.kind === "input" ? asTensor(lowering, value)?.node : void 0;
  const made = lowering.builder.unknown("unknown element", spanOf(place));
  return { kind: "tensor", node: { ...made, shape: node?.shape, dtype: "float32" } };
}
function customGradient(lowering, fn, place) {
  return {
    kind: "native",
    name: "customGrad",
    call: (args) => {
      if (!isFunction(fn)) return lowering.unknown("unresolved call");
      const save = { kind: "native", name: "save", call: () => UNDEFINED };
      const result = callFunction(lowering, fn, [...args, save], place);
      if (result.kind !== "object") return lowering.unknown("unresolved call");
      return result.fields.get("value") ?? lowering.unknown("unknown element");
    }
  };
}
function lowerLosses(lowering, value, differentiated) {
  if (value === void 0) return;
  if (value.kind === "function") lowerFunction(lowering, value, differentiated);
  if (value.kind === "array") for (const element of value.elements) lowerLosses(lowering, element, differentiated);
  if (value.kind === "object") for (const field of value.fields.values()) lowerLosses(lowering, field, differentiated);
}

// src/program/layers.ts
var FACTORIES = /^(layers\.\w+|sequential|model|input|loadLayersModel|loadGraphModel|train\.\w+|data\.\w+|initializers\.\w+|regularizers\.\w+|constraints\.\w+|callbacks\.\w+)$/;
var isLayerFactory = (path) => FACTORIES.test(path);
var nextId = 1;
function createLayer(path, args) {
  const config = args[0];
  const layers = path === "sequential" && config?.kind === "object" ? listed(config.fields.get("layers")) : [];
  return { kind: "layer", type: path, config, layers, id: nextId++ };
}
var listed = (value) => value?.kind === "array" ? value.elements : [];
function callLayer(lowering, layer, name, args, place) {
  switch (name) {
    case "add":
      if (args[0] !== void 0) layer.layers = [...layer.layers, args[0]];
      return UNDEFINED;
    case "apply":
    case "predict":
    case "predictOnBatch":
    case "execute":
    case "call":
      return applied(lowering, layer, args[0], place);
    case "compile": {
      const config = args[0]?.kind === "object" ? args[0] : void 0;
      lowerLosses(lowering, config?.fields.get("loss"), "yes");
      lowerLosses(lowering, config?.fields.get("metrics"), "no");
      return UNDEFINED;
    }
    case "minimize":
    case "computeGradients": {
      const fn = args[0];
      const value = fn?.kind === "function" ? lowering.differentiated(() => callFunction(lowering, fn, [], place)) : lowering.unknown("unresolved call");
      return name === "minimize" ? value : record([["value", value], ["grads", lowering.unknown("unknown element")]]);
    }
    case "addWeight": {
      const shape = weightShape(lowering, args[1]);
      const label = asString(args[0]) ?? "weight";
      const node = lowering.builder.input(label, { shape, dtype: "float32", range: assumedInput() }, spanOf(place));
      return { kind: "tensor", node };
    }
    case "map":
    case "batch":
    case "shuffle":
    case "prefetch":
    case "repeat":
    case "take":
    case "skip":
    case "filter":
      return layer;
    default:
      return lowering.unknown("unresolved call");
  }
}
function weightShape(lowering, value) {
  if (value?.kind !== "array" || value.rest !== void 0) return void 0;
  return value.elements.map((element) => {
    if (element.kind === "number" && element.size !== void 0) return dim(element.size);
    const size = asNumber(element);
    return size === void 0 ? dim(lowering.builder.freshSize()) : dim(size, size === 1 ? { one: "structural" } : {});
  });
}
function applied(lowering, layer, input3, place) {
  if (input3 === void 0) return lowering.unknown("unresolved call");
  if (input3.kind === "layer") return { kind: "layer", type: "symbolic", config: input3, layers: [input3, layer], id: layer.id };
  if (input3.kind === "array") return resultOf(lowering, layer, void 0, place);
  const operand2 = toOperand(lowering, input3.kind === "input" ? asTensor(lowering, input3) ?? input3 : input3, spanOf(place));
  return resultOf(lowering, layer, operand2?.shape, place);
}
function resultOf(lowering, layer, inputShape, place) {
  const { shape, range: range2 } = output(lowering, layer, inputShape);
  const node = lowering.builder.input(place.getText().slice(0, 60), { shape, dtype: "float32", range: range2 }, spanOf(place));
  return { kind: "tensor", node };
}
var SAME_SHAPE = /* @__PURE__ */ new Set(["layers.activation", "layers.dropout", "layers.batchNormalization", "layers.layerNormalization", "layers.gaussianNoise", "layers.leakyReLU", "layers.reLU", "layers.elu", "layers.softmax", "layers.masking"]);
function output(lowering, layer, input3) {
  if (layer.type === "sequential") {
    let current = { shape: input3, range: assumedInput() };
    if (layer.layers.length === 0) return { shape: void 0, range: unknownRange() };
    for (const inner of layer.layers) {
      if (inner.kind !== "layer") return { shape: void 0, range: unknownRange() };
      current = output(lowering, inner, current.shape);
    }
    return current;
  }
  const config = layer.config?.kind === "object" ? layer.config : void 0;
  const range2 = activationRange(layer.type, config);
  const units2 = asNumber(config?.fields.get("units"));
  if (layer.type === "layers.dense") {
    const batch = input3 !== void 0 && input3.length > 0 ? input3.slice(0, -1) : batchOf(lowering, config);
    const last = units2 === void 0 ? dim(lowering.builder.freshSize()) : dim(units2, { axis: { id: `units of layer ${layer.id}`, label: "the units of a dense layer" }, one: units2 === 1 ? "structural" : void 0 });
    return { shape: batch.length === 0 ? void 0 : [...batch, last], range: range2 };
  }
  if (SAME_SHAPE.has(layer.type)) return { shape: input3, range: range2 };
  if (layer.type === "layers.flatten") return { shape: input3 === void 0 || input3.length === 0 ? void 0 : [input3[0], dim(lowering.builder.freshSize())], range: range2 };
  return { shape: void 0, range: layer.type.startsWith("layers.") ? range2 : unknownRange() };
}
function batchOf(lowering, config) {
  const inputShape = config?.fields.get("inputShape");
  if (inputShape?.kind !== "array") return [];
  return [dim(lowering.builder.freshSize()), ...inputShape.elements.slice(0, -1).map((element) => dim(asNumber(element) ?? lowering.builder.freshSize()))];
}
function activationRange(type, config) {
  const activation2 = type === "layers.softmax" ? "softmax" : type === "layers.reLU" ? "relu" : asString(config?.fields.get("activation"));
  switch (activation2) {
    case "softmax":
    case "sigmoid":
    case "hardSigmoid":
      return interval(0, 1, "attained");
    case "tanh":
    case "softsign":
      return interval(-1, 1, "attained");
    case "relu":
    case "softplus":
      return { ...interval(0, Infinity, "attained"), high: 100, highBy: "assumed" };
    case "relu6":
      return interval(0, 6, "attained");
    default:
      return type === "layers.dense" || type.startsWith("layers.conv") ? assumedInput() : { ...unknownRange(), mayBeNaN: false };
  }
}

// src/program/natives.ts
var GLOBALS = /* @__PURE__ */ new Set([
  "Math",
  "Number",
  "Array",
  "Object",
  "JSON",
  "Promise",
  "String",
  "Boolean",
  "console",
  "performance",
  "Date",
  "Map",
  "Set",
  "parseInt",
  "parseFloat",
  "isNaN",
  "isFinite",
  "require",
  "Float32Array",
  "Float64Array",
  "Int32Array",
  "Uint8Array",
  "Int16Array",
  "Uint16Array",
  "Uint32Array",
  "Int8Array",
  "Uint8ClampedArray",
  "Error",
  "setTimeout",
  "setInterval",
  "requestAnimationFrame"
]);
var CONSTANTS = /* @__PURE__ */ new Map([
  ["undefined", void 0],
  ["NaN", NaN],
  ["Infinity", Infinity]
]);
function globalValue(name) {
  if (CONSTANTS.has(name)) return constant(CONSTANTS.get(name));
  if (name === "tf") return { kind: "tensorflow", path: "" };
  return GLOBALS.has(name) ? { kind: "native", name } : void 0;
}
var MATH_UNARY = /* @__PURE__ */ new Set([
  "abs",
  "acos",
  "acosh",
  "asin",
  "asinh",
  "atan",
  "atanh",
  "cbrt",
  "ceil",
  "cos",
  "cosh",
  "exp",
  "expm1",
  "floor",
  "fround",
  "log",
  "log10",
  "log1p",
  "log2",
  "round",
  "sign",
  "sin",
  "sinh",
  "sqrt",
  "tan",
  "tanh",
  "trunc"
]);
function callNative(lowering, name, args, place) {
  if (name.startsWith("Math.")) return callMath(lowering, name.slice("Math.".length), args, place);
  switch (name) {
    case "require": {
      const specifier = asString(args[0]);
      return specifier === void 0 ? lowering.unknown("unresolved import") : requireModule(lowering, lowering.frame.module, specifier);
    }
    case "Array.isArray":
      return isArray(lowering, args[0]);
    case "Array.from":
      return arrayFrom(lowering, args, place);
    case "Array.of":
      return array(args);
    case "Array":
      return constructNative(lowering, "Array", args);
    case "Object.keys":
      return args[0]?.kind === "object" ? array([...args[0].fields.keys()].map((key) => constant(key))) : lowering.unknown("unknown element");
    case "Object.values":
      return args[0]?.kind === "object" ? array([...args[0].fields.values()]) : lowering.unknown("unknown element");
    case "Object.entries":
      return args[0]?.kind === "object" ? array([...args[0].fields].map(([key, value]) => array([constant(key), value]))) : lowering.unknown("unknown element");
    case "Object.assign":
      return assign(lowering, args);
    case "Object.freeze":
    case "Promise.resolve":
    case "Number":
      return args[0] ?? UNDEFINED;
    case "Promise.all":
      return args[0] ?? lowering.unknown("unresolved call");
    case "tf.backend().epsilon":
      return constant(1e-7);
    case "Number.isInteger":
    case "Number.isFinite":
    case "Number.isNaN":
      return lowering.unknown("unmodelled syntax");
    case "setTimeout":
    case "requestAnimationFrame":
    case "setInterval":
    default:
      return lowering.unknown("unresolved call");
  }
}
function callMath(lowering, name, args, place) {
  const span = spanOf(place);
  const numbers = args.map(asNumber);
  if (name !== "random" && numbers.every((number2) => number2 !== void 0)) {
    const fn = Math[name];
    return typeof fn === "function" ? constant(fn(...numbers)) : lowering.unknown("unresolved call");
  }
  const row = opNamed(`js.${name}`);
  if (row === void 0) return { kind: "number", node: lowering.builder.unknown("unresolved call", span, "number") };
  const nodes = args.map((arg) => numberNode(lowering, arg, place));
  if (nodes.some((node) => node === void 0)) return { kind: "number", node: lowering.builder.unknown("unknown element", span, "number") };
  const known = nodes;
  if (name === "random") return { kind: "number", node: lowering.builder.op(row, {}, {}, span) };
  if (MATH_UNARY.has(name)) return { kind: "number", node: lowering.builder.op(row, { x: known[0] }, {}, span) };
  const binary2 = (a, b) => lowering.builder.op(row, { a, b }, {}, span);
  return { kind: "number", node: known.length === 1 ? known[0] : known.reduce(binary2) };
}
function isArray(lowering, value) {
  if (value?.kind === "array") return constant(true);
  if (value === void 0 || value.kind === "tensor" || value.kind === "input" && claimsTensor(value)) return constant(false);
  if (value.kind === "input" && (value.claim?.kind === "list" || value.form.kind === "list")) return constant(true);
  return lowering.unknown("unresolved call");
}
function arrayFrom(lowering, args, place) {
  const [source, mapper] = args;
  const length = source?.kind === "object" ? source.fields.get("length") : void 0;
  const items = length === void 0 ? iterate(lowering, source ?? UNDEFINED) : repeated(length, UNDEFINED);
  return mapper?.kind === "function" ? mapArray(lowering, items, mapper, place) : { kind: "array", elements: items.elements, rest: items.rest };
}
var MAX_ELEMENTS = 64;
function repeated(length, value) {
  const count = asNumber(length);
  if (count !== void 0 && count >= 0 && count <= MAX_ELEMENTS) return { elements: Array(count).fill(value), rest: void 0 };
  return { elements: [], rest: value };
}
function assign(lowering, args) {
  const [target, ...sources] = args;
  if (target?.kind === "object") {
    for (const source of sources) if (source.kind === "object") for (const [name, value] of source.fields) lowering.writeField(target, name, value);
  }
  return target ?? UNDEFINED;
}
function constructNative(lowering, name, args) {
  const typed = /^(Float32|Float64)Array$/.test(name) ? "float32" : /^(Int|Uint)\d+(Clamped)?Array$/.test(name) ? "int32" : void 0;
  if (typed !== void 0 || name === "Array") {
    const [first] = args;
    if (first?.kind === "array") return { kind: "array", elements: first.elements, rest: first.rest, typed };
    if (args.length > 1) return array(args);
    const fill2 = typed === void 0 ? UNDEFINED : constant(0);
    const { elements, rest } = repeated(first ?? constant(0), fill2);
    return { kind: "array", elements, rest, typed };
  }
  return lowering.unknown("unresolved call");
}
function callNumberMethod(lowering, receiver, name, args) {
  const text2 = asString(receiver);
  if (name === "toFixed" || name === "toString" || name === "toPrecision") return lowering.unknown("unmodelled syntax");
  if (text2 !== void 0 && name === "split") return array(text2.split(asString(args[0]) ?? ",").map((part) => constant(part)));
  return lowering.unknown("unresolved call");
}
function callArrayMethod(lowering, list2, name, args, place) {
  const fn = args[0];
  const callback = fn?.kind === "function" ? fn : void 0;
  switch (name) {
    case "map":
    case "flatMap": {
      if (callback !== void 0) return mapArray(lowering, list2, callback, place);
      return lowering.unknown("unresolved call");
    }
    case "forEach":
      if (callback !== void 0) mapArray(lowering, list2, callback, place);
      return UNDEFINED;
    case "filter":
    case "find":
    case "some":
    case "every":
      if (callback !== void 0) mapArray(lowering, list2, callback, place);
      if (name === "filter") return { kind: "array", elements: [], rest: typical(lowering, list2) };
      return name === "find" ? typical(lowering, list2) : lowering.unknown("unmodelled syntax");
    case "reduce":
      return callback === void 0 ? lowering.unknown("unresolved call") : reduceArray(lowering, list2, callback, args[1], place);
    case "push":
    case "unshift":
      list2.rest = [...args, ...list2.rest === void 0 ? [] : [list2.rest]].reduce((a, b) => join(lowering, a, b));
      return UNDEFINED;
    case "slice":
      return sliceArray(list2, args);
    case "concat": {
      const parts = args.map((arg) => arg.kind === "array" ? arg : array([arg]));
      const all = [list2, ...parts];
      const rests = all.flatMap((part) => part.rest === void 0 ? [] : [part.rest]);
      return { kind: "array", elements: all.flatMap((part) => part.elements), rest: rests.length === 0 ? void 0 : rests.reduce((a, b) => join(lowering, a, b)) };
    }
    case "fill":
      return { ...list2, elements: list2.elements.map(() => args[0] ?? UNDEFINED), rest: list2.rest === void 0 ? void 0 : args[0] };
    case "pop":
    case "shift":
    case "at":
      return typical(lowering, list2);
    case "reverse":
    case "sort":
    case "flat":
      return list2;
    case "keys":
    case "indexOf":
    case "findIndex":
      return { kind: "number", node: lowering.builder.unknown("unknown element", spanOf(place), "number") };
    default:
      return lowering.unknown("unresolved call");
  }
}
function typical(lowering, list2) {
  const all = [...list2.elements, ...list2.rest === void 0 ? [] : [list2.rest]];
  return all.length === 0 ? lowering.unknown("unknown element") : all.reduce((a, b) => join(lowering, a, b));
}
var MAX_MAPPED = 8;
function mapArray(lowering, list2, fn, place) {
  const index = () => ({ kind: "number", node: lowering.builder.unknown("unknown element", spanOf(place), "number") });
  if (list2.rest === void 0 && list2.elements.length <= MAX_MAPPED) {
    return array(list2.elements.map((element2, position2) => callFunction(lowering, fn, [element2, constant(position2)], place)));
  }
  const all = [...list2.elements, ...list2.rest === void 0 ? [] : [list2.rest]];
  const element = all.reduce((a, b) => join(lowering, a, b));
  return { kind: "array", elements: [], rest: callFunction(lowering, fn, [element, index()], place) };
}
function reduceArray(lowering, list2, fn, start, place) {
  const [first, ...others] = start === void 0 ? list2.elements : [start, ...list2.elements];
  if (first === void 0) return lowering.unknown("unknown element");
  let value = first;
  for (const element of others.slice(0, MAX_MAPPED)) value = callFunction(lowering, fn, [value, element], place);
  if (list2.rest !== void 0) value = join(lowering, value, callFunction(lowering, fn, [value, list2.rest], place));
  return value;
}
function sliceArray(list2, args) {
  const from = args[0] === void 0 ? 0 : asNumber(args[0]);
  const to = args[1] === void 0 ? void 0 : asNumber(args[1]);
  if (list2.rest !== void 0 || from === void 0 || args[1] !== void 0 && to === void 0) return { ...list2, elements: [], rest: list2.rest ?? list2.elements[0] };
  return { ...list2, elements: list2.elements.slice(from, to) };
}

// src/program/calls.ts
function evaluateCall(lowering, call, scope) {
  const { expression } = call;
  if (expression.kind === ts.SyntaxKind.SuperKeyword) return callSuper(lowering, call, scope);
  if (expression.kind === ts.SyntaxKind.ImportKeyword) {
    const specifier = asString(argumentValues(lowering, call.arguments, scope)[0]);
    return specifier === void 0 ? lowering.unknown("unresolved import") : requireModule(lowering, lowering.frame.module, specifier);
  }
  const callee = evaluate(lowering, expression, scope);
  const args = argumentValues(lowering, call.arguments, scope);
  return callValue(lowering, callee, args, call);
}
function callValue(lowering, callee, args, place) {
  switch (callee.kind) {
    case "function":
      return callFunction(lowering, callee, args, place);
    case "tensorflow":
      return callTensorFlow(lowering, callee.path, args, place);
    case "native":
      return callee.call?.(args, place) ?? callNative(lowering, callee.name, args, place);
    case "method":
      return callMethod(lowering, callee, args, place);
    case "class":
      return instantiate(lowering, callee, args, place);
    case "input":
      makeOpaque(callee, "a function");
      return unresolvedCall(lowering, args, place);
    default:
      return unresolvedCall(lowering, args, place);
  }
}
function callMethod(lowering, method, args, place) {
  const { receiver, name } = method;
  switch (receiver.kind) {
    case "tensor":
      return callTensorMethod(lowering, receiver, name, args, place);
    case "array":
      return callArrayMethod(lowering, receiver, name, args, place);
    case "layer":
      return callLayer(lowering, receiver, name, args, place);
    case "number":
    case "constant":
      return callNumberMethod(lowering, receiver, name, args);
    case "function":
      if (name === "call") return callFunction(lowering, { ...receiver, self: args[0] }, args.slice(1), place);
      if (name === "apply") return callFunction(lowering, { ...receiver, self: args[0] }, args[1] === void 0 ? [] : iterate(lowering, args[1]).elements, place);
      if (name === "bind") return { ...receiver, self: args[0] };
      return unresolvedCall(lowering, args, place);
    case "object":
      return callForeignMethod(lowering, receiver, name, args, place);
    case "unknown":
    case "input":
      return callUndescribed(lowering, receiver, name, args, place);
    default:
      return unresolvedCall(lowering, args, place);
  }
}
function callUndescribed(lowering, receiver, name, args, place) {
  if (name === "then" && args[0]?.kind === "function") return callFunction(lowering, args[0], [receiver], place);
  if (MODEL_METHODS.has(name)) {
    if (receiver.kind === "input") makeOpaque(receiver, "a model");
    return callLayer(lowering, { kind: "layer", type: "unknown", config: void 0, layers: [], id: 0 }, name, args, place);
  }
  if (receiver.kind === "input" && (receiver.claim?.kind === "list" || receiver.form.kind === "list")) {
    const { elements, rest } = iterate(lowering, receiver);
    return callArrayMethod(lowering, { kind: "array", elements, rest }, name, args, place);
  }
  if (name === "minimize" || name === "computeGradients") return callLayer(lowering, { kind: "layer", type: "train", config: void 0, layers: [], id: 0 }, name, args, place);
  if (receiver.kind === "input" && args.some((arg) => arg.kind === "tensor")) {
    const tensor2 = asTensor(lowering, receiver);
    if (tensor2?.kind === "tensor") return callTensorMethod(lowering, tensor2, name, args, place);
  }
  if (receiver.kind === "input" && ARRAY_METHODS.has(name) && args[0]?.kind === "function") {
    const { elements, rest } = iterate(lowering, receiver);
    return callArrayMethod(lowering, { kind: "array", elements, rest }, name, args, place);
  }
  if (receiver.kind === "input") makeOpaque(receiver, `an object with a method ${name}`);
  return unresolvedCall(lowering, args, place);
}
var ARRAY_METHODS = /* @__PURE__ */ new Set(["map", "forEach", "reduce", "filter", "some", "every", "find", "flatMap", "sort"]);
var MODEL_METHODS = /* @__PURE__ */ new Set(["predict", "apply", "predictOnBatch", "execute", "fit", "fitDataset", "compile", "evaluate", "trainOnBatch"]);
function callForeignMethod(lowering, receiver, name, args, place) {
  if (name === "addWeight" || MODEL_METHODS.has(name)) return callLayer(lowering, { kind: "layer", type: "custom", config: receiver, layers: [], id: 0 }, name, args, place);
  return unresolvedCall(lowering, args, place);
}
function unresolvedCall(lowering, _args, _place) {
  return lowering.unknown("unresolved call");
}
function argumentValues(lowering, args, scope) {
  const values = [];
  for (const argument of args ?? []) {
    if (!ts.isSpreadElement(argument)) {
      values.push(evaluate(lowering, argument, scope));
      continue;
    }
    const spread = iterate(lowering, evaluate(lowering, argument.expression, scope));
    values.push(...spread.elements);
    if (spread.rest !== void 0) values.push(lowering.unknown("unknown element"));
  }
  return values;
}
function callSuper(lowering, call, scope) {
  const args = argumentValues(lowering, call.arguments, scope);
  const self = scope.find("this")?.variables.get("this");
  const superclass = lowering.frame?.owner?.superclass;
  if (superclass?.kind === "class" && self?.kind === "object") construct(lowering, superclass, self, args, call);
  return lowering.unknown("unresolved call");
}
function evaluateNew(lowering, expression, scope) {
  const callee = evaluate(lowering, expression.expression, scope);
  const args = argumentValues(lowering, expression.arguments, scope);
  if (callee.kind === "class") return instantiate(lowering, callee, args, expression);
  if (callee.kind === "native") return constructNative(lowering, callee.name, args);
  if (callee.kind === "function") {
    const object = record();
    callFunction(lowering, { ...callee, self: object }, args, expression);
    return object;
  }
  return unresolvedCall(lowering, args, expression);
}

// src/program/expressions.ts
function evaluate(lowering, expression, scope, name) {
  switch (expression.kind) {
    case ts.SyntaxKind.Identifier:
      return readName(lowering, expression.text, scope);
    case ts.SyntaxKind.NumericLiteral:
      return constant(Number(expression.text));
    case ts.SyntaxKind.StringLiteral:
    case ts.SyntaxKind.NoSubstitutionTemplateLiteral:
      return constant(expression.text);
    case ts.SyntaxKind.TrueKeyword:
      return constant(true);
    case ts.SyntaxKind.FalseKeyword:
      return constant(false);
    case ts.SyntaxKind.NullKeyword:
      return constant(null);
    case ts.SyntaxKind.ThisKeyword:
      return thisValue(lowering, scope);
    case ts.SyntaxKind.SuperKeyword:
      return lowering.frame?.owner?.superclass ?? lowering.unknown("unresolved name");
    case ts.SyntaxKind.PropertyAccessExpression: {
      const access = expression;
      return getProperty(lowering, evaluate(lowering, access.expression, scope), access.name.text, access);
    }
    case ts.SyntaxKind.ElementAccessExpression: {
      const access = expression;
      const object = evaluate(lowering, access.expression, scope);
      return getElement(lowering, object, evaluate(lowering, access.argumentExpression, scope), access);
    }
    case ts.SyntaxKind.CallExpression:
      return evaluateCall(lowering, expression, scope);
    case ts.SyntaxKind.NewExpression:
      return evaluateNew(lowering, expression, scope);
    case ts.SyntaxKind.ArrowFunction:
    case ts.SyntaxKind.FunctionExpression:
      return createFunction(lowering, expression, scope);
    case ts.SyntaxKind.ClassExpression:
      return createClass(lowering, expression, scope);
    case ts.SyntaxKind.ParenthesizedExpression:
    case ts.SyntaxKind.NonNullExpression:
    case ts.SyntaxKind.SatisfiesExpression:
    case ts.SyntaxKind.AwaitExpression:
      return evaluate(lowering, expression.expression, scope, name);
    case ts.SyntaxKind.AsExpression:
    case ts.SyntaxKind.TypeAssertionExpression: {
      const cast = expression;
      return applyClaim(lowering, evaluate(lowering, cast.expression, scope, name), cast.type);
    }
    case ts.SyntaxKind.BinaryExpression:
      return evaluateBinary(lowering, expression, scope);
    case ts.SyntaxKind.PrefixUnaryExpression:
      return evaluatePrefix(lowering, expression, scope);
    case ts.SyntaxKind.PostfixUnaryExpression: {
      const { operand: operand2 } = expression;
      const before = evaluate(lowering, operand2, scope);
      const step = expression.operator === ts.SyntaxKind.PlusPlusToken ? 1 : -1;
      bindPattern(lowering, operand2, arithmetic2(lowering, "js.add", before, constant(step), expression), scope, "assign");
      return before;
    }
    case ts.SyntaxKind.ConditionalExpression:
      return evaluateConditional(lowering, expression, scope);
    case ts.SyntaxKind.ArrayLiteralExpression:
      return evaluateArray(lowering, expression, scope);
    case ts.SyntaxKind.ObjectLiteralExpression:
      return evaluateObject(lowering, expression, scope);
    case ts.SyntaxKind.TemplateExpression:
      return evaluateTemplate(lowering, expression, scope);
    case ts.SyntaxKind.TypeOfExpression:
      return evaluateTypeOf(lowering, expression, scope);
    case ts.SyntaxKind.VoidExpression:
    case ts.SyntaxKind.DeleteExpression:
      evaluate(lowering, expression.expression, scope);
      return UNDEFINED;
    case ts.SyntaxKind.YieldExpression: {
      const yielded = expression.expression;
      if (yielded !== void 0) evaluate(lowering, yielded, scope);
      return lowering.unknown("unmodelled syntax");
    }
    case ts.SyntaxKind.JsxElement:
    case ts.SyntaxKind.JsxFragment:
    case ts.SyntaxKind.JsxSelfClosingElement:
      evaluateJsx(lowering, expression, scope);
      return lowering.unknown("unmodelled syntax");
    default:
      return lowering.unknown("unmodelled syntax");
  }
}
function readName(lowering, name, scope) {
  const module = lowering.frame?.module;
  return lowering.lookup(name, scope) ?? (module === void 0 ? void 0 : readImport(lowering, module, name)) ?? globalValue(name) ?? lowering.unknown("unresolved name");
}
function thisValue(lowering, scope) {
  return scope.find("this")?.variables.get("this") ?? lowering.frame?.self ?? lowering.unknown("unresolved name");
}
var ARITHMETIC = /* @__PURE__ */ new Map([
  [ts.SyntaxKind.PlusToken, "js.add"],
  [ts.SyntaxKind.MinusToken, "js.sub"],
  [ts.SyntaxKind.AsteriskToken, "js.mul"],
  [ts.SyntaxKind.SlashToken, "js.div"],
  [ts.SyntaxKind.PercentToken, "js.mod"],
  [ts.SyntaxKind.AsteriskAsteriskToken, "js.pow"],
  [ts.SyntaxKind.PlusEqualsToken, "js.add"],
  [ts.SyntaxKind.MinusEqualsToken, "js.sub"],
  [ts.SyntaxKind.AsteriskEqualsToken, "js.mul"],
  [ts.SyntaxKind.SlashEqualsToken, "js.div"],
  [ts.SyntaxKind.PercentEqualsToken, "js.mod"],
  [ts.SyntaxKind.AsteriskAsteriskEqualsToken, "js.pow"]
]);
function evaluateBinary(lowering, expression, scope) {
  const operator = expression.operatorToken.kind;
  switch (operator) {
    case ts.SyntaxKind.EqualsToken: {
      const value = evaluate(lowering, expression.right, scope);
      bindPattern(lowering, expression.left, value, scope, "assign");
      return value;
    }
    case ts.SyntaxKind.CommaToken:
      evaluate(lowering, expression.left, scope);
      return evaluate(lowering, expression.right, scope);
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionToken:
      return evaluateLogical(lowering, expression, scope);
    case ts.SyntaxKind.QuestionQuestionEqualsToken:
    case ts.SyntaxKind.BarBarEqualsToken:
    case ts.SyntaxKind.AmpersandAmpersandEqualsToken: {
      const value = evaluateLogical(lowering, expression, scope);
      bindPattern(lowering, expression.left, value, scope, "assign");
      return value;
    }
    default: {
      const op = ARITHMETIC.get(operator);
      const left = evaluate(lowering, expression.left, scope);
      const right = evaluate(lowering, expression.right, scope);
      if (op === void 0) return compare(lowering, operator, left, right);
      const value = arithmetic2(lowering, op, left, right, expression);
      if (operator >= ts.SyntaxKind.FirstCompoundAssignment && operator <= ts.SyntaxKind.LastCompoundAssignment) {
        bindPattern(lowering, expression.left, value, scope, "assign");
      }
      return value;
    }
  }
}
function evaluateLogical(lowering, expression, scope) {
  const left = evaluate(lowering, expression.left, scope);
  const operator = expression.operatorToken.kind;
  const isAnd = operator === ts.SyntaxKind.AmpersandAmpersandToken || operator === ts.SyntaxKind.AmpersandAmpersandEqualsToken;
  const isNullish2 = operator === ts.SyntaxKind.QuestionQuestionToken || operator === ts.SyntaxKind.QuestionQuestionEqualsToken;
  const decided = isNullish2 ? nullishness(left) : truthiness(left);
  if (decided === true) return isAnd ? evaluate(lowering, expression.right, scope) : left;
  if (decided === false) return isAnd ? left : evaluate(lowering, expression.right, scope);
  if (!isAnd && left.kind === "input" && left.form.kind === "undetermined" && left.claim?.kind !== "tensor") {
    const fallback = evaluate(lowering, expression.right, scope);
    return fallback.kind === "constant" ? fallback : left;
  }
  const right = evaluate(lowering, expression.right, scope);
  return isAnd ? right : join(lowering, left, right);
}
function nullishness(value) {
  if (value.kind === "constant") return value.value !== null && value.value !== void 0;
  return value.kind === "unknown" || value.kind === "input" ? void 0 : true;
}
function evaluatePrefix(lowering, expression, scope) {
  const operand2 = evaluate(lowering, expression.operand, scope);
  switch (expression.operator) {
    case ts.SyntaxKind.MinusToken:
      return negate(lowering, operand2, expression);
    case ts.SyntaxKind.PlusToken:
      return operand2;
    case ts.SyntaxKind.ExclamationToken: {
      const decided = truthiness(operand2);
      return decided === void 0 ? lowering.unknown("unmodelled syntax") : constant(!decided);
    }
    case ts.SyntaxKind.PlusPlusToken:
    case ts.SyntaxKind.MinusMinusToken: {
      const step = expression.operator === ts.SyntaxKind.PlusPlusToken ? 1 : -1;
      const after = arithmetic2(lowering, "js.add", operand2, constant(step), expression);
      bindPattern(lowering, expression.operand, after, scope, "assign");
      return after;
    }
    default:
      return lowering.unknown("unmodelled syntax");
  }
}
function evaluateConditional(lowering, expression, scope) {
  const decided = truthiness(evaluate(lowering, expression.condition, scope));
  if (decided !== void 0) return evaluate(lowering, decided ? expression.whenTrue : expression.whenFalse, scope);
  let whenTrue = UNDEFINED;
  let whenFalse = UNDEFINED;
  branch(
    lowering,
    () => {
      refine(lowering, expression.condition, true, scope);
      whenTrue = evaluate(lowering, expression.whenTrue, scope);
      return "next";
    },
    () => {
      refine(lowering, expression.condition, false, scope);
      whenFalse = evaluate(lowering, expression.whenFalse, scope);
      return "next";
    }
  );
  return join(lowering, whenTrue, whenFalse);
}
function evaluateArray(lowering, expression, scope) {
  const elements = [];
  let rest;
  for (const element of expression.elements) {
    if (ts.isSpreadElement(element)) {
      const spread = iterate(lowering, evaluate(lowering, element.expression, scope));
      elements.push(...spread.elements);
      rest = spread.rest ?? rest;
    } else {
      elements.push(ts.isOmittedExpression(element) ? UNDEFINED : evaluate(lowering, element, scope));
    }
  }
  return { kind: "array", elements, rest };
}
function evaluateObject(lowering, expression, scope) {
  const object = { kind: "object", fields: /* @__PURE__ */ new Map() };
  for (const property of expression.properties) {
    if (ts.isSpreadAssignment(property)) {
      const spread = evaluate(lowering, property.expression, scope);
      if (spread.kind === "object") for (const [name, value] of spread.fields) object.fields.set(name, value);
    } else if (ts.isShorthandPropertyAssignment(property)) {
      object.fields.set(property.name.text, readName(lowering, property.name.text, scope));
    } else if (ts.isPropertyAssignment(property)) {
      const value = evaluate(lowering, property.initializer, scope, property.name.getText());
      object.fields.set(propertyName(property.name), value);
    } else if (ts.isMethodDeclaration(property)) {
      object.fields.set(propertyName(property.name), createFunction(lowering, property, scope, object));
    }
  }
  return object;
}
function propertyName(name) {
  return ts.isComputedPropertyName(name) ? `[${name.expression.getText()}]` : name.text;
}
function evaluateTemplate(lowering, expression, scope) {
  let text2 = expression.head.text;
  let known = true;
  for (const { expression: part, literal: literal2 } of expression.templateSpans) {
    const value = evaluate(lowering, part, scope);
    if (value.kind === "constant") text2 += String(value.value);
    else known = false;
    text2 += literal2.text;
  }
  return known ? constant(text2) : lowering.unknown("unmodelled syntax");
}
function evaluateTypeOf(lowering, expression, scope) {
  const value = evaluate(lowering, expression.expression, scope);
  switch (value.kind) {
    case "constant":
      return constant(value.value === null ? "object" : typeof value.value);
    case "number":
      return constant("number");
    case "function":
    case "class":
      return constant("function");
    case "tensor":
    case "array":
    case "object":
      return constant("object");
    case "input":
      if (value.claim?.kind === "number" || value.claim?.kind === "string" || value.claim?.kind === "boolean") return constant(value.claim.kind);
      return value.claim?.kind === "tensor" ? constant("object") : lowering.unknown("unresolved name");
    default:
      return lowering.unknown("unresolved name");
  }
}
function evaluateJsx(lowering, node, scope) {
  if (ts.isJsxExpression(node)) {
    if (node.expression !== void 0) evaluate(lowering, node.expression, scope);
    return;
  }
  ts.forEachChild(node, (child) => evaluateJsx(lowering, child, scope));
}

// src/program/functions.ts
function createFunction(lowering, declaration, scope, self) {
  const module = lowering.frame.module;
  return lowering.created({ kind: "function", declaration, scope, module, self, owner: lowering.frame?.owner });
}
function createClass(lowering, declaration, scope) {
  const heritage = declaration.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  const superclass = heritage === void 0 ? void 0 : evaluate(lowering, heritage.expression, scope);
  const module = lowering.frame.module;
  const value = { kind: "class", declaration, scope, module, superclass, statics: /* @__PURE__ */ new Map() };
  for (const member of declaration.members) {
    if (ts.isPropertyDeclaration(member) && isStatic(member) && member.initializer !== void 0) {
      value.statics.set(propertyName(member.name), evaluate(lowering, member.initializer, scope));
    }
    if (ts.isMethodDeclaration(member) && member.body !== void 0) {
      const method = { kind: "function", declaration: member, scope, module, self: isStatic(member) ? value : void 0, owner: value };
      if (isStatic(member)) value.statics.set(propertyName(member.name), method);
      lowering.created(method);
    }
  }
  return value;
}
var isStatic = (member) => ts.canHaveModifiers(member) && (ts.getModifiers(member)?.some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword) ?? false);
function callFunction(lowering, fn, args, site) {
  if (fn.wrap !== void 0) return fn.wrap({ ...fn, wrap: void 0 }, args);
  const { declaration } = fn;
  if (declaration.body === void 0) return lowering.unknown("unresolved call");
  return lowering.call(fn, site, (frame) => {
    const scope = functionScope(fn);
    const documented = documentedParameters(declaration);
    declaration.parameters.forEach((parameter, index) => {
      const given = args[index];
      if (parameter.dotDotDotToken !== void 0) {
        bindPattern(lowering, parameter.name, { kind: "array", elements: args.slice(index), rest: void 0 }, scope, "declare");
        return;
      }
      let value = given ?? UNDEFINED;
      if (value.kind === "unknown") value = parameterInput(parameter, index, documented);
      if (isUndefined(value) && parameter.initializer !== void 0) value = evaluate(lowering, parameter.initializer, scope);
      bindPattern(lowering, parameter.name, value, scope, "declare", parameter.type);
    });
    return runBody(lowering, declaration, scope, frame.returns);
  });
}
function functionScope(fn) {
  const scope = new Scope(fn.scope, fn.declaration);
  if (fn.self !== void 0 && !ts.isArrowFunction(fn.declaration)) scope.variables.set("this", fn.self);
  return scope;
}
function runBody(lowering, declaration, scope, returns) {
  const body = declaration.body;
  if (!ts.isBlock(body)) return evaluate(lowering, body, scope);
  executeBlock(lowering, body.statements, scope);
  return returned(lowering, returns);
}
function parameterInput(parameter, index, documented) {
  const name = ts.isIdentifier(parameter.name) ? parameter.name.text : `argument ${index + 1}`;
  return input2(name, parameterClaim(parameter), parameter.name, documented.get(name));
}
function parameterClaim(parameter) {
  const type = parameter.type ?? ts.getJSDocType(parameter);
  return claimOf(type, parameter.getSourceFile());
}
function lowerFunction(lowering, fn, differentiated, given = []) {
  const { declaration } = fn;
  if (declaration.body === void 0) return void 0;
  const kind = fn.owner !== void 0 && ts.isMethodDeclaration(declaration) ? "method" : fn.scope.owner === void 0 ? "function" : "closure";
  const request = {
    name: functionName(fn),
    kind,
    declaration,
    module: fn.module,
    boundary: fn.scope,
    differentiated,
    className: fn.owner?.declaration.name?.text,
    methodName: ts.isMethodDeclaration(declaration) ? declaration.name.getText() : void 0,
    static: fn.self?.kind === "class"
  };
  return lowering.unit(request, ({ setSelf, inputs }) => {
    let self = fn.self;
    if (self === void 0 && fn.owner !== void 0 && kind === "method") {
      self = lowering.call({ declaration: declaration.parent, module: fn.module, self: void 0, owner: fn.owner }, void 0, () => instantiate(lowering, fn.owner, void 0, void 0));
    }
    if (self !== void 0) setSelf(self);
    const unitFunction = { ...fn, self };
    return lowering.call(unitFunction, void 0, (frame) => {
      const scope = functionScope(unitFunction);
      const documented = documentedParameters(declaration);
      declaration.parameters.forEach((parameter, index) => {
        const value = given[index] ?? unitParameter(lowering, parameter, index, documented, scope);
        inputs.set(parameter.name.getText(), value);
        bindPattern(lowering, parameter.name, parameter.dotDotDotToken === void 0 ? value : { kind: "array", elements: [], rest: value }, scope, "declare", parameter.type);
      });
      return runBody(lowering, declaration, scope, frame.returns);
    });
  });
}
function unitParameter(lowering, parameter, index, documented, scope) {
  if (parameter.initializer !== void 0 && parameterClaim(parameter)?.kind !== "tensor") {
    const value = evaluate(lowering, parameter.initializer, scope);
    if (value.kind === "constant" && value.value !== null && value.value !== void 0) return value;
  }
  return parameterInput(parameter, index, documented);
}
function functionName(fn) {
  const { declaration } = fn;
  const own = declaration.name !== void 0 && !ts.isComputedPropertyName(declaration.name) ? declaration.name.getText() : void 0;
  const owner = fn.owner?.declaration.name?.text;
  if (own !== void 0) return owner !== void 0 && ts.isMethodDeclaration(declaration) ? `${owner}.${own}` : own;
  const { parent } = declaration;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) return parent.name.getText();
  if (ts.isBinaryExpression(parent)) return parent.left.getText();
  if (ts.isCallExpression(parent)) return `callback of ${parent.expression.getText().slice(0, 40)}`;
  return "<anonymous>";
}
function instantiate(lowering, type, args, site) {
  const object = { kind: "object", fields: /* @__PURE__ */ new Map(), prototype: type };
  construct(lowering, type, object, args, site);
  return object;
}
function construct(lowering, type, object, args, site) {
  const constructor = type.declaration.members.find((member) => ts.isConstructorDeclaration(member) && member.body !== void 0);
  if (constructor === void 0 && type.superclass?.kind === "class") construct(lowering, type.superclass, object, args, site);
  const frame = { declaration: constructor ?? type.declaration, module: type.module, self: object, owner: type };
  lowering.call(frame, site, () => {
    const scope = new Scope(type.scope, constructor ?? type.declaration);
    scope.variables.set("this", object);
    for (const member of type.declaration.members) {
      if (!ts.isPropertyDeclaration(member) || isStatic(member)) continue;
      const name = propertyName(member.name);
      if (member.initializer !== void 0) object.fields.set(name, evaluate(lowering, member.initializer, scope, name));
      else object.fields.set(name, input2(`this.${name}`, claimOf(member.type, member.getSourceFile()), member.name));
    }
    if (constructor === void 0) return;
    const documented = documentedParameters(constructor);
    constructor.parameters.forEach((parameter, index) => {
      let value = args === void 0 ? unitParameter(lowering, parameter, index, documented, scope) : args[index] ?? UNDEFINED;
      if (value.kind === "unknown") value = parameterInput(parameter, index, documented);
      if (isUndefined(value) && parameter.initializer !== void 0) value = evaluate(lowering, parameter.initializer, scope);
      bindPattern(lowering, parameter.name, value, scope, "declare", parameter.type);
      if (ts.isParameterPropertyDeclaration(parameter, constructor) && ts.isIdentifier(parameter.name)) object.fields.set(parameter.name.text, scope.variables.get(parameter.name.text));
    });
    for (const statement of constructor.body.statements) if (execute(lowering, statement, scope) !== "next") break;
  });
}

// src/program/project.ts
var Project = class {
  constructor(options = {}) {
    this.options = options;
  }
  options;
  modules = /* @__PURE__ */ new Map();
  /** Files that could not be read or parsed, with the reason. */
  problems = /* @__PURE__ */ new Map();
  /** The module of a file; undefined if it cannot be read. A file with a syntax error is used as far as it goes. */
  load(file) {
    if (this.modules.has(file)) return this.modules.get(file);
    const module = this.read(file);
    this.modules.set(file, module);
    return module;
  }
  read(file) {
    try {
      const text2 = this.options.readFile?.(file) ?? readFileSync(file, "utf8");
      const source = parse(file, text2);
      const error = syntaxError(source);
      if (error !== void 0) this.problems.set(file, error);
      return { file, source, scope: new Scope(void 0, void 0), exports: /* @__PURE__ */ new Map(), reexports: [], imports: /* @__PURE__ */ new Map(), state: "new" };
    } catch (error) {
      this.problems.set(file, error instanceof Error ? error.message : String(error));
      return void 0;
    }
  }
  /** Relative imports only: packages are not followed. */
  resolve(specifier, from) {
    if (isTensorFlowPackage(specifier) || !/^\.{0,2}\//.test(specifier)) return void 0;
    const file = this.resolveFile(resolve(dirname(from.file), specifier));
    return file === void 0 ? void 0 : this.load(file);
  }
  resolveFile(path) {
    const stem = path.replace(/\.(js|jsx|mjs|cjs)$/, "");
    const candidates = [path, ...EXTENSIONS.map((extension) => stem + extension), ...EXTENSIONS.map((extension) => join2(path, `index${extension}`))];
    return candidates.find((candidate) => this.options.readFile?.(candidate) !== void 0 && /\.\w+$/.test(candidate) || isFile(candidate));
  }
};
var EXTENSIONS = [".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", ".cts", ".cjs"];
var isFile = (path) => existsSync(path) && statSync(path).isFile();
function lowerProject(project2, files2) {
  const lowering = new Lowering(project2);
  const failures = [];
  const functions2 = /* @__PURE__ */ new Map();
  const modules = files2.map((file) => project2.load(file)).filter((module) => module !== void 0);
  const guarded2 = (file, body) => {
    try {
      body();
    } catch (error) {
      failures.push({ file, message: `gradlint failed here: ${error instanceof Error ? error.message : String(error)}` });
    }
  };
  for (const module of modules) guarded2(module.file, () => evaluateModule(lowering, module));
  const wanted = new Set(files2);
  const calledNames = namesCalled(modules);
  const rank2 = (fn) => calledNames.has(functionName(fn).split(".").at(-1)) ? 1 : 0;
  while (lowering.pending.length > 0) {
    const batch = lowering.pending.splice(0).filter((fn) => wanted.has(fn.module.file));
    for (const fn of batch) functions2.set(placeOf(spanOf(fn.declaration)), fn);
    for (const fn of [...batch].sort((a, b) => rank2(a) - rank2(b))) {
      if (lowering.called.has(fn.declaration) || lowering.lowered.has(fn.declaration)) continue;
      guarded2(fn.module.file, () => lowerFunction(lowering, fn, "possible"));
    }
  }
  const called = new Set([...lowering.called].map((declaration) => placeOf(spanOf(declaration))));
  return {
    units: lowering.units,
    unknowns: lowering.unknowns,
    failures,
    isCalled: (span) => called.has(placeOf(span)),
    standalone: (span) => {
      const known = lowering.units.find((unit2) => placeOf(unit2.unit.span) === placeOf(span));
      const fn = functions2.get(placeOf(span));
      return known ?? (fn === void 0 ? void 0 : lowerFunction(lowering, fn, "possible"));
    }
  };
}
function namesCalled(modules) {
  const names = /* @__PURE__ */ new Set();
  for (const { source } of modules) {
    for (const match of source.text.matchAll(/(?<!function\s)(?<!\basync\s)\b([A-Za-z_$][\w$]*)\s*\(/g)) names.add(match[1]);
  }
  return names;
}
var placeOf = (span) => `${span.file}:${span.start}-${span.end}`;

// src/program/node.ts
function slice2(node) {
  const ordered = [];
  const seen = /* @__PURE__ */ new Set();
  const visit = (current) => {
    if (seen.has(current)) return;
    seen.add(current);
    for (const operand2 of operandNodes(current)) visit(operand2);
    ordered.push(current);
  };
  visit(node);
  return ordered;
}
function operandNodes(node) {
  return Object.values(node.operands).flat();
}

// src/rule/site.ts
var Site = class {
  constructor(node, unit2, context) {
    this.node = node;
    this.unit = unit2;
    this.context = context;
  }
  node;
  unit;
  context;
  /** The operand of this name; undefined if it was not given. */
  operand(name) {
    const found = this.node.operands[name];
    return found === void 0 || Array.isArray(found) ? void 0 : found;
  }
  /** The danger regions of the op, from the op table. */
  get dangers() {
    return opNamed(this.node.op)?.dangers ?? [];
  }
  /** Source text of a node, on one line and not too long. */
  text(node = this.node) {
    return shorten(this.context.textOf(node.span));
  }
  /** Source text as it stands, for edits. */
  source(node) {
    return this.context.textOf(node.span);
  }
  /** Whether a gradient is taken through this site, or through another node. */
  gradient(node = this.node) {
    if (!dependsOnInput(node)) return "no";
    if (node.differentiated === "possible") return this.context.flowsToResult(node) ? "possible" : "no";
    return node.differentiated;
  }
  /** Ops of the unit that take this node as an operand. */
  users(node = this.node) {
    return this.context.users(node);
  }
  /** Ops whose result nobody takes: a clip among them guards nothing. */
  get discarded() {
    return this.unit.discarded;
  }
  get nodes() {
    return this.unit.nodes;
  }
};
var UnitContext = class {
  constructor(unit2, textOf) {
    this.unit = unit2;
    this.textOf = textOf;
  }
  unit;
  textOf;
  results;
  userLists;
  flowsToResult(node) {
    this.results ??= new Set(this.unit.returned.flatMap(tensorsIn).flatMap(slice2));
    return this.results.has(node);
  }
  users(node) {
    if (this.userLists === void 0) {
      this.userLists = /* @__PURE__ */ new Map();
      for (const user of this.unit.nodes) {
        for (const operand2 of operandNodes(user)) {
          const list2 = this.userLists.get(operand2) ?? [];
          list2.push(user);
          this.userLists.set(operand2, list2);
        }
      }
    }
    return this.userLists.get(node) ?? [];
  }
};
function tensorsIn(value, depth = 0) {
  if (depth > 4) return [];
  if (value.kind === "tensor") return [value.node];
  if (value.kind === "array") return [...value.elements, ...value.rest === void 0 ? [] : [value.rest]].flatMap((element) => tensorsIn(element, depth + 1));
  if (value.kind === "object") return [...value.fields.values()].flatMap((field) => tensorsIn(field, depth + 1));
  return [];
}
var inputDependence = /* @__PURE__ */ new WeakMap();
function dependsOnInput(node) {
  const known = inputDependence.get(node);
  if (known !== void 0) return known;
  const depends = node.op === "input" || node.op === "unknown" || node.op === "variable" || operandNodes(node).some(dependsOnInput);
  inputDependence.set(node, depends);
  return depends;
}
function shorten(text2) {
  const line = text2.replace(/\s+/g, " ").trim();
  return line.length <= 60 ? line : `${line.slice(0, 57)}...`;
}

// src/rule/check.ts
function check(project2, options) {
  const standalone = /* @__PURE__ */ new Map();
  const raisedAlone = (within2) => {
    const key = placeOf2(within2);
    const known = standalone.get(key);
    if (known !== void 0) return known;
    const unit2 = project2.standalone(within2);
    const raised = unit2 === void 0 ? [] : checkUnit(unit2, options);
    standalone.set(key, raised);
    return raised;
  };
  const findings = /* @__PURE__ */ new Map();
  for (const unit2 of [...project2.units]) {
    if (unit2.unit.kind !== "module" && project2.isCalled(unit2.unit.span)) continue;
    for (const raised of checkUnit(unit2, options)) {
      const finding = anchored(raised, raisedAlone);
      const key = `${finding.rule} ${placeOf2(finding.span)}`;
      const known = findings.get(key);
      if (known === void 0 || surer(finding, known)) findings.set(key, finding);
    }
  }
  return [...findings.values()].sort((a, b) => a.span.file.localeCompare(b.span.file) || a.span.start - b.span.start);
}
var placeOf2 = (span) => `${span.file}:${span.start}-${span.end}`;
var surer = (a, b) => rank(a) > rank(b);
var rank = (finding) => (finding.manifest ? 2 : 0) + (finding.site.differentiated === "yes" ? 1 : 0);
function checkUnit(unit2, { rules, textOf }) {
  const context = new UnitContext(unit2, textOf);
  const byOp = /* @__PURE__ */ new Map();
  for (const node of unit2.nodes) {
    const list2 = byOp.get(node.op);
    if (list2 === void 0) byOp.set(node.op, [node]);
    else list2.push(node);
  }
  const silenced = /* @__PURE__ */ new Set();
  const raised = [];
  for (const rule of rules) {
    const mine = [];
    for (const op of rule.ops) {
      for (const site of byOp.get(op) ?? []) {
        if (silenced.has(placeOf2(site.span))) continue;
        const answer = rule.check(new Site(site, unit2, context));
        if (answer === void 0) continue;
        if ("pardons" in answer) for (const node of answer.pardons) silenced.add(placeOf2(node.span));
        else mine.push({ rule, suspicion: answer, site, unit: unit2 });
      }
    }
    for (const { suspicion: suspicion2, site } of mine) {
      for (const node of suspicion2.covers ?? []) silenced.add(placeOf2(node.span));
      if (suspicion2.manifest) silenced.add(placeOf2(site.span));
    }
    raised.push(...withoutCovered(mine));
  }
  return raised;
}
function withoutCovered(raised) {
  const covered = /* @__PURE__ */ new Set();
  const kept = [];
  for (const one of [...raised].sort((a, b) => a.site.span.start - b.site.span.start)) {
    if (covered.has(placeOf2(one.site.span))) continue;
    for (const node of one.suspicion.covers ?? []) if (node !== one.site) covered.add(placeOf2(node.span));
    kept.push(one);
  }
  return kept;
}
function anchored(raised, raisedAlone) {
  const { site, suspicion: suspicion2, unit: unit2 } = raised;
  const [call] = site.chain;
  if (call === void 0 || site.within === void 0) return toFinding(raised, site.span, unit2, []);
  const alone = raisedAlone(site.within).find((other) => other.rule === raised.rule && placeOf2(other.site.span) === placeOf2(site.span));
  if (alone?.suspicion.manifest === true || alone !== void 0 && !suspicion2.manifest) {
    const differentiated = site.differentiated === "yes" ? site : alone.site;
    return { ...toFinding(alone, site.span, alone.unit, []), site: { ...alone.site, differentiated: differentiated.differentiated } };
  }
  const chain = [...site.chain.slice(1).map((span) => ({ span, message: "through this call" })), { span: site.span, message: "breaks here" }];
  return toFinding(raised, call, unit2, chain);
}
function toFinding({ rule, suspicion: suspicion2, site }, span, unit2, chain) {
  return {
    rule: rule.name,
    category: rule.category,
    site,
    span,
    unit: unit2.unit,
    message: suspicion2.message,
    danger: suspicion2.danger,
    manifest: suspicion2.manifest,
    related: [...chain, ...(suspicion2.related ?? []).map(({ node, message: message2 }) => ({ span: node.span, message: message2 }))],
    fixes: suspicion2.fixes ?? []
  };
}

// src/rule/patterns.ts
function operandOf(node, name) {
  const found = node?.operands[name];
  return found === void 0 || Array.isArray(found) ? void 0 : found;
}
var MOVING = /* @__PURE__ */ new Set([
  "reshape",
  "squeeze",
  "expandDims",
  "transpose",
  "slice",
  "gather",
  "clone",
  "cast",
  "tile",
  "reverse",
  "broadcastTo",
  "flatten",
  "stridedSlice"
]);
function producer(node) {
  let current = node;
  while (current !== void 0 && (MOVING.has(current.op) || current.op.startsWith("slice"))) {
    current = operandOf(current, "x");
  }
  return current;
}
function isOp(node, ...ops) {
  return node !== void 0 && ops.includes(node.op);
}
function constantOf(node) {
  if (node === void 0) return void 0;
  if (node.op === "constant" && typeof node.attributes["value"] === "number") return node.attributes["value"];
  return node.range.low === node.range.high && !node.range.mayBeNaN ? node.range.low : void 0;
}
var isConstant2 = (node, value) => constantOf(node) === value;
function eitherOrder(node) {
  const a = operandOf(node, "a");
  const b = operandOf(node, "b");
  return a === void 0 || b === void 0 ? [] : [[a, b], [b, a]];
}
function onePlus(node) {
  if (!isOp(node, "add")) return void 0;
  for (const [one, other] of eitherOrder(node)) if (isConstant2(one, 1) && constantOf(other) === void 0) return other;
  return void 0;
}
function oneMinus(node) {
  return isOp(node, "sub") && isConstant2(operandOf(node, "a"), 1) ? operandOf(node, "b") : void 0;
}
function minusOne(node) {
  if (isOp(node, "sub") && isConstant2(operandOf(node, "b"), 1)) return operandOf(node, "a");
  if (!isOp(node, "add")) return void 0;
  for (const [one, other] of eitherOrder(node)) if (isConstant2(one, -1)) return other;
  return void 0;
}
function negated2(node) {
  if (isOp(node, "neg")) return operandOf(node, "x");
  if (isOp(node, "sub") && isConstant2(operandOf(node, "a"), 0)) return operandOf(node, "b");
  if (!isOp(node, "mul")) return void 0;
  for (const [factor, other] of eitherOrder(node)) if (isConstant2(factor, -1)) return other;
  return void 0;
}
function squareRoot2(node) {
  if (isOp(node, "square")) return operandOf(node, "x");
  if (isOp(node, "pow") && isConstant2(operandOf(node, "exp"), 2)) return operandOf(node, "base");
  if (isOp(node, "mul") && sameValue(operandOf(node, "a"), operandOf(node, "b"))) return operandOf(node, "a");
  return void 0;
}
function sameValue(a, b, depth = 0) {
  if (a === b) return a !== void 0;
  if (a === void 0 || b === void 0 || depth > 6) return false;
  const opaque = ["input", "unknown", "join"].includes(a.op) || a.op.startsWith("random") || a.op === "dropout" || a.op === "multinomial";
  if (a.op !== b.op || opaque || a.output !== b.output) return false;
  if (JSON.stringify(a.attributes) !== JSON.stringify(b.attributes)) return false;
  const names = Object.keys(a.operands);
  return names.length === Object.keys(b.operands).length && names.every((name) => sameValue(operandOf(a, name), operandOf(b, name), depth + 1));
}
function arithmeticChain(node, limit = 6) {
  const chain = [];
  let current = node;
  while (current !== void 0 && chain.length < limit) {
    chain.push(current);
    current = nextInChain(current);
  }
  return chain;
}
function nextInChain(node) {
  if (MOVING.has(node.op) || ["neg", "clipByValue", "relu", "abs", "sqrt"].includes(node.op)) return operandOf(node, "x");
  if (!["add", "sub", "mul", "div", "maximum", "minimum"].includes(node.op)) return void 0;
  const a = operandOf(node, "a");
  const b = operandOf(node, "b");
  if (constantOf(b) !== void 0) return a;
  return constantOf(a) !== void 0 ? b : void 0;
}

// src/rule/reach.ts
function reach(range2, low, high) {
  if (range2.high < low || range2.low > high) return "never";
  const lowInside = range2.low >= low && range2.low <= high;
  const highInside = range2.high >= low && range2.high <= high;
  const ends = [...lowInside ? [range2.lowBy] : [], ...highInside ? [range2.highBy] : []];
  if (ends.length === 0) {
    return range2.lowBy === "bound" || range2.highBy === "bound" ? "unlikely" : "assumed";
  }
  if (ends.some((source) => source === "attained" || source === "declared")) return "manifest";
  return ends.includes("assumed") ? "assumed" : "unlikely";
}

// src/rule/rule.ts
function defineRule(rule) {
  return rule;
}

// rules/cancellation.ts
var cancellation_default = defineRule({
  name: "cancellation",
  category: "numerical",
  claim: "Subtracting two nearly equal numbers leaves their rounding errors.",
  reason: "mean(x\xB2) - mean(x)\xB2 cancels once the mean is large against the deviation: at mean 1000 and deviation 0.01 it is noise, and often negative. exp(x) - 1 and 1 - cos(x) round to a multiple of 1.19e-7 before the subtraction, so a small x loses all of its digits.",
  remedy: "Use the form that does not subtract: `tf.moments(x).variance`, `tf.expm1(x)`, `tf.square(tf.sin(x.div(2))).mul(2)`.",
  ops: ["sub", "add"],
  check(site) {
    return onePassVariance2(site) ?? expMinusOne(site) ?? oneMinusCosine(site) ?? rootMinusOne(site);
  },
  examples: {
    hazardous: [
      { title: "a variance in one pass", code: `export const variance = (x: tf.Tensor2D) => x.square().mean(0).sub(x.mean(0).square());` },
      { title: "the same with functions, and x\xB7x", code: `export function variance(x: tf.Tensor1D) {
  const mean = tf.mean(x);
  return tf.sub(tf.mean(tf.mul(x, x)), tf.mul(mean, mean));
}` },
      { title: "exp minus 1", code: `export const growth = (rate: tf.Tensor) => tf.exp(rate.clipByValue(-10, 10)).sub(1);` },
      { title: "1 minus exp", code: `export const opacity = (depth: tf.Tensor) => tf.sub(1, tf.exp(depth.abs().neg()));` },
      { title: "1 minus cos", code: `export const versine = (angle: tf.Tensor) => tf.sub(1, tf.cos(angle));` },
      { title: "a pseudo-Huber loss", code: `export const pseudoHuber = (error: tf.Tensor) => error.square().add(1).sqrt().sub(1);` }
    ],
    safe: [
      { title: "two passes", code: `export const variance = (x: tf.Tensor2D) => tf.moments(x, 0).variance;
export const centred = (x: tf.Tensor2D) => x.sub(x.mean(0)).square().mean(0);` },
      { title: "expm1", code: `export const growth = (rate: tf.Tensor) => tf.expm1(rate.clipByValue(-10, 10));` },
      { title: "the half-angle form", code: `export const versine = (angle: tf.Tensor) => tf.square(tf.sin(angle.div(2))).mul(2);` },
      { title: "exp of something large", code: `export const growth = (rate: tf.Tensor) => tf.exp(rate.clipByValue(1, 10)).sub(1);` }
    ]
  }
});
function onePassVariance2(site) {
  if (!isOp(site.node, "sub")) return void 0;
  const meanOfSquare = producer(site.operand("a"));
  const mean = producer(squareRoot2(producer(site.operand("b"))));
  if (!isMean(meanOfSquare) || !isMean(mean)) return void 0;
  const x = squareRoot2(producer(averaged(meanOfSquare)));
  if (x === void 0 || !sameValue(producer(x), producer(averaged(mean)))) return void 0;
  const name = site.text(x);
  return {
    message: `\`${site.text()}\` is a variance in one pass: at mean 1000 and deviation 0.01 float32 leaves noise, often negative, and a square root of it is NaN. Use \`tf.moments(${name}).variance\`, which subtracts the mean first.`,
    danger: { text: `the mean of ${name} is far above its deviation`, harm: "accuracy", failures: ["cancellation", "nan"] },
    manifest: true
  };
}
var isMean = (node) => isOp(node, "mean") || isOp(node, "div") && isOp(operandOf(node, "a"), "sum");
var averaged = (mean) => operandOf(isOp(mean, "mean") ? mean : operandOf(mean, "a"), "x");
function expMinusOne(site) {
  const flipped = oneMinus(site.node);
  const exp2 = producer(minusOne(site.node) ?? flipped);
  const x = operandOf(exp2, "x");
  if (!isOp(exp2, "exp") || x === void 0 || !mayBeSmall(x)) return void 0;
  const name = site.text(x);
  const stable = flipped === void 0 ? `tf.expm1(${name})` : `tf.neg(tf.expm1(${name}))`;
  return {
    message: `\`${site.text()}\` loses the digits of a small \`${name}\`: 5 % at 1e-6, everything below 5.96e-8, where exp rounds to 1. Use \`${stable}\`.`,
    danger: { text: `|${name}| < 2.4e-4`, harm: "accuracy", failures: ["cancellation"] },
    manifest: true,
    fixes: [{ title: `Use ${stable}`, span: site.node.span, text: stable.replace(name, site.source(x)) }]
  };
}
function oneMinusCosine(site) {
  const cosine = producer(oneMinus(site.node));
  const x = operandOf(cosine, "x");
  if (!isOp(cosine, "cos") || x === void 0 || !mayBeSmall(x)) return void 0;
  const name = site.text(x);
  return {
    message: `\`${site.text()}\` is 0 for |${name}| below 2.4e-4, where cos rounds to 1, and wrong by 1 % at 2e-3. Use \`tf.square(tf.sin(tf.div(${name}, 2))).mul(2)\`.`,
    danger: { text: `|${name}| < 2e-3`, harm: "accuracy", failures: ["cancellation"] },
    manifest: true
  };
}
function rootMinusOne(site) {
  const root = producer(minusOne(site.node));
  const sum2 = producer(operandOf(root, "x"));
  if (!isOp(root, "sqrt") || !isOp(sum2, "add")) return void 0;
  const square = eitherOrder(sum2).find(([one]) => isConstant2(one, 1))?.[1];
  const x = squareRoot2(producer(square)) ?? (constantOf(square) === void 0 && square !== void 0 && square.range.low >= 0 ? square : void 0);
  if (x === void 0 || !mayBeSmall(x)) return void 0;
  const name = site.text(square);
  return {
    message: `\`${site.text()}\` is 0 where \`${name}\` is below 6e-8, because 1 + ${name} rounds to 1. Use \`y.div(y.add(1).sqrt().add(1))\` with y = \`${name}\`.`,
    danger: { text: `${name} < 1e-5`, harm: "accuracy", failures: ["cancellation"] },
    manifest: true
  };
}
function mayBeSmall(x) {
  if (x.range.integer) return false;
  return [reach(x.range, 1e-12, 2 ** -12), reach(x.range, -(2 ** -12), -1e-12)].some((how) => how === "manifest" || how === "assumed");
}

// src/rule/danger.ts
var ORDER = ["manifest", "assumed", "unlikely", "never"];
function dangersMet(site, harms) {
  const met2 = [];
  for (const region of site.dangers) {
    if (!harms.includes(region.harm)) continue;
    if (region.harm === "gradient" && (site.gradient() === "no" || site.gradient(operandOf(site.node, region.operand)) === "no")) continue;
    const operand2 = operandOf(site.node, region.operand);
    if (operand2 === void 0 || !applies(site, region)) continue;
    const how = reach(operand2.range, region.low, region.high);
    if (how === "never") continue;
    met2.push({ region, operand: operand2, reach: how, text: inWordsOf(region, site.text(operand2)) });
  }
  return met2.sort((a, b) => ORDER.indexOf(a.reach) - ORDER.indexOf(b.reach));
}
function applies(site, region) {
  const { operands, attributes, output: output2 } = site.node;
  return region.when?.({ operands, attributes, output: output2, freshSize: () => ({ coefficient: 1, symbols: ["?"] }) }) ?? true;
}
function inWordsOf(region, name) {
  return region.text.replace(new RegExp(`\\b${region.operand}\\b`), name);
}
function whereGradient(site) {
  return site.gradient() === "possible" ? " wherever a gradient is taken through this function" : "";
}

// rules/division-near-zero.ts
var division_near_zero_default = defineRule({
  name: "division-near-zero",
  category: "numerical",
  claim: "Dividing by something that the code itself lets reach 0 gives Infinity or NaN.",
  reason: "A standard deviation, a norm, a maximum minus a minimum, the sum of a mask are 0 for ordinary data: a constant column, a zero vector, an empty mask. 0 / 0 is NaN, and every later number with it.",
  remedy: "Add a guard that float32 keeps: `x.div(std.add(1e-7))`, or `tf.maximum(norm, 1e-7)` where it cannot be negative.",
  ops: ["div", "reciprocal", "rsqrt", "mod"],
  check(site) {
    const met2 = dangersMet(site, ["value", "gradient"]).filter(({ region }) => region.failure !== "vanished-gradient").find(({ reach: reach2 }) => reach2 === "manifest" || reach2 === "assumed");
    if (met2 === void 0) return void 0;
    const name = site.text(met2.operand);
    const manifest = met2.reach === "manifest";
    return {
      message: message(site, met2, name, manifest),
      danger: {
        text: met2.text,
        harm: met2.region.harm,
        region: { operand: met2.region.operand, low: met2.region.low, high: met2.region.high },
        failures: ["infinity", "nan", "overflow", "inf-gradient", "nan-gradient"]
      },
      manifest,
      // The square root of the same zero is no second cause.
      covers: manifest ? rootsIn(met2.operand) : []
    };
  },
  examples: {
    hazardous: [
      { title: "z-scores of data", code: `export function standardise(data: tf.Tensor2D) {
  const { mean, variance } = tf.moments(data, 0);
  return data.sub(mean).div(variance.sqrt());
}` },
      { title: "min-max scaling", code: `export function scale(data: tf.Tensor2D) {
  const low = data.min(0);
  const high = data.max(0);
  return data.sub(low).div(high.sub(low));
}` },
      { title: "a unit vector", code: `export const unit = (x: tf.Tensor1D) => x.div(x.norm());` },
      { title: "a heat map by its maximum", code: `export const normalise = (map: tf.Tensor2D) => map.relu().div(map.relu().max());` },
      { title: "a masked mean", code: `export function maskedMean(loss: tf.Tensor1D, lengths: tf.Tensor1D) {
  const mask = lengths.greater(0).cast('float32');
  return loss.mul(mask).sum().div(mask.sum());
}` }
    ],
    safe: [
      { title: "an epsilon that float32 keeps", code: `export function standardise(data: tf.Tensor2D) {
  const { mean, variance } = tf.moments(data, 0);
  return data.sub(mean).div(variance.sqrt().add(1e-7));
}` },
      { title: "a floor", code: `export const normalise = (map: tf.Tensor2D) => map.relu().div(map.relu().max().maximum(1e-6));` },
      { title: "a softmax by hand, shifted: its sum is at least 1", code: `export function attend(scores: tf.Tensor2D) {
  const e = scores.sub(scores.max(-1, true)).exp();
  return e.div(e.sum(-1, true));
}` },
      { title: "an empty mask counted as one", code: `export function maskedMean(loss: tf.Tensor1D, lengths: tf.Tensor1D) {
  const mask = lengths.greater(0).cast('float32');
  return loss.mul(mask).sum().div(mask.sum().maximum(1));
}` },
      { title: "a constant", code: `export const centre = (image: tf.Tensor3D) => image.div(127.5).sub(1);` }
    ]
  }
});
function message(site, met2, name, manifest) {
  const why = manifest ? `${reason(met2.operand)}` : "which nothing here excludes";
  const guard = met2.operand.range.low >= 0 ? `\`tf.maximum(${name}, 1e-7)\`` : `a guard that keeps its sign`;
  if (met2.region.harm === "gradient") return `\`${site.text()}\` has an infinite gradient when \`${met2.text}\`${whereGradient(site)}, ${why}. Divide by ${guard}.`;
  return `\`${site.text()}\` is Infinity or NaN when \`${met2.text}\`, ${why}. Divide by ${guard}.`;
}
function reason(denominator) {
  const chain = arithmeticChain(denominator);
  if (chain.some((node) => isOp(node, "moments"))) return "as for constant data, whose variance is 0";
  if (chain.some((node) => isOp(node, "norm", "euclideanNorm"))) return "as for a zero vector";
  const [first] = chain;
  if (isOp(first, "sub") && isOp(operandOf(first, "a"), "max")) return "as for constant data, whose maximum is its minimum";
  if (isOp(first, "sum") && operandOf(first, "x")?.range.high === 1) return "as for an empty mask";
  return "which the code itself reaches";
}
function rootsIn(denominator) {
  return arithmeticChain(denominator).filter((node) => isOp(node, "sqrt", "norm", "euclideanNorm"));
}

// rules/exp-overflow.ts
var exp_overflow_default = defineRule({
  name: "exp-overflow",
  category: "numerical",
  claim: "The exponential of an operand that ordinary inputs drive above 88.72 is Infinity in float32.",
  reason: "exp(88.73) exceeds the largest float32, 3.4e38. Logits, log variances, energies and log probability ratios get there; once one element is Infinity, sums are Infinity, differences NaN, and the gradient of whatever bounds the result afterwards is NaN.",
  remedy: "Bound the exponent before exp (`tf.exp(tf.clipByValue(x, -20, 20))`), subtract the maximum, or stay in log space.",
  ops: ["exp", "expm1", "sinh", "cosh"],
  check(site) {
    const met2 = dangersMet(site, ["value"]).find(({ reach: reach2 }) => reach2 === "manifest" || reach2 === "assumed");
    if (met2 === void 0) return void 0;
    const name = site.text(met2.operand);
    const clipped = clippedAfterwards(site);
    const after = clipped === void 0 ? "Bound the exponent first" : `\`${site.text(clipped)}\` bounds the value too late: the gradient of an Infinity is NaN. Bound the exponent instead`;
    return {
      message: `\`${site.text()}\` overflows to Infinity when \`${met2.text}\`, which ordinary inputs reach. ${after}: \`tf.${site.node.op}(tf.clipByValue(${name}, -20, 20))\`, or stay in log space.`,
      danger: { text: met2.text, harm: "value", region: { operand: "x", low: met2.region.low, high: met2.region.high }, failures: ["overflow", "infinity"] },
      manifest: true,
      related: clipped === void 0 ? [] : [{ node: clipped, message: "bounds the result, not the exponent" }]
    };
  },
  examples: {
    hazardous: [
      { title: "a probability ratio of PPO, clipped after the fact", code: `export function surrogate(newLogProbs: tf.Tensor1D, oldLogProbs: tf.Tensor1D, advantages: tf.Tensor1D) {
  const ratio = tf.exp(tf.sub(newLogProbs, oldLogProbs));
  return tf.minimum(ratio.mul(advantages), ratio.clipByValue(0.8, 1.2).mul(advantages)).mean().neg();
}` },
      { title: "a variance from its logarithm", code: `export const klDivergence = (mean: tf.Tensor2D, logVariance: tf.Tensor2D) =>
  logVariance.add(1).sub(mean.square()).sub(logVariance.exp()).sum(1).mul(-0.5);` },
      { title: "a hyperbolic sine", code: `export const warp = (x: tf.Tensor) => tf.sinh(x);` }
    ],
    safe: [
      { title: "a bounded exponent", code: `export const ratio = (a: tf.Tensor1D, b: tf.Tensor1D) => tf.exp(tf.clipByValue(tf.sub(a, b), -20, 20));` },
      { title: "a Gaussian", code: `export const gaussian = (x: tf.Tensor) => tf.exp(x.square().mul(-0.5));` },
      { title: "half of a log variance", code: `export const deviation = (logVariance: tf.Tensor2D) => logVariance.mul(0.5).exp();` },
      { title: "shifted by the maximum", code: `export const weights = (scores: tf.Tensor2D) => tf.exp(scores.sub(scores.max(1, true)));` }
    ]
  }
});
function clippedAfterwards(site) {
  for (const user of site.users()) {
    if (isOp(user, "clipByValue", "minimum")) return user;
    if (!isOp(user, "mul")) continue;
    const next = site.users(user).find((node) => isOp(node, "clipByValue", "minimum") && operandOf(node, "a") !== void 0);
    if (next !== void 0) return next;
  }
  return void 0;
}

// rules/incompatible-shapes.ts
var incompatible_shapes_default = defineRule({
  name: "incompatible-shapes",
  category: "shape",
  claim: "The op is certain to throw: its operands or arguments do not fit.",
  reason: "TensorFlow.js checks shapes when the op runs, without a name or a line: training stops at the first batch. Where the sizes are known before, so is the error.",
  remedy: "Make the shapes fit: transpose, reshape, keepDims, or another axis.",
  ops: allOps.map((row) => row.name),
  check(site) {
    const { throws: throws2 } = site.node;
    if (throws2 === void 0 || operandNodes(site.node).some((operand2) => operand2.throws !== void 0)) return void 0;
    const shapes = operandNodes(site.node).filter((operand2) => operand2.shape !== void 0).map((operand2) => describe(site.text(operand2), operand2));
    return {
      message: `\`${site.text()}\` is certain to throw: ${throws2}.${shapes.length === 0 ? "" : ` ${shapes.join(", ")}.`} Make the shapes fit before this line.`,
      danger: { text: throws2, harm: "shape", failures: ["throws"], expansion: "throws" },
      manifest: true,
      related: operandNodes(site.node).filter((operand2) => operand2.shape !== void 0).map((operand2) => ({ node: operand2, message: `${showShape(operand2.shape)} comes from here` }))
    };
  },
  examples: {
    hazardous: [
      { title: "inner sizes that differ", code: `export const project = () => tf.matMul(tf.ones([8, 4]), tf.ones([8, 3]));` },
      { title: "a row statistic against columns", code: `export function standardise() {
  const x = tf.ones([6, 4]);
  return x.sub(x.mean(1));
}` },
      { title: "a reshape that cannot hold", code: `export const images = () => tf.zeros([10, 784]).reshape([10, 28, 29]);` },
      { title: "an axis that is not there", code: `export const total = () => tf.ones([3, 4]).sum(2);` }
    ],
    safe: [
      { title: "one side transposed", code: `export const project = () => tf.matMul(tf.ones([8, 4]), tf.ones([8, 3]), true);` },
      { title: "keepDims", code: `export function standardise() {
  const x = tf.ones([6, 4]);
  return x.sub(x.mean(1, true));
}` },
      { title: "an unknown size", code: `export const flat = (x: tf.Tensor4D) => x.reshape([-1, 784]);` }
    ]
  }
});
var describe = (text2, operand2) => `\`${text2}\` is ${showShape(operand2.shape)}`;

// rules/ineffective-guard.ts
var ineffective_guard_default = defineRule({
  name: "ineffective-guard",
  category: "numerical",
  claim: "A guard stands there, but in float32, or under a gradient, it guards nothing.",
  reason: "1 - 1e-8 is 1 in float32, and so is 1 + 1e-8: a bound or epsilon below 2.98e-8 beside 1 is rounded away. A clip after log or sqrt bounds the value, not the gradient. A clip whose result nobody takes does nothing, because tensors are immutable.",
  remedy: "Guard the operand of the dangerous op, before it, by something float32 keeps: at least 1e-7 beside 1.",
  ops: ["log", "log1p", "div", "reciprocal", "sqrt", "rsqrt"],
  check(site) {
    const met2 = dangersMet(site, ["value", "gradient"]).filter(({ region, reach: reach2 }) => region.failure !== "vanished-gradient" && (reach2 === "manifest" || reach2 === "assumed"));
    const [first] = met2;
    if (first === void 0) return void 0;
    return roundedAway(site, first) ?? afterwards(site, met2) ?? discarded(site, first) ?? whereOnly(site, met2);
  },
  examples: {
    hazardous: [
      { title: "a bound that rounds to 1", code: `export function loss(labels: tf.Tensor1D, logits: tf.Tensor1D) {
  const p = tf.sigmoid(logits).clipByValue(1e-8, 1 - 1e-8);
  return labels.mul(p.log()).add(tf.sub(1, labels).mul(tf.log(tf.sub(1, p)))).mean().neg();
}` },
      { title: "an epsilon absorbed by the 1 beside it", code: `export const survival = (logits: tf.Tensor1D) => tf.log(tf.sub(1 + 1e-10, tf.sigmoid(logits)));` },
      { title: "a clip after the singular op", code: `export const entropy = (x: tf.Tensor1D) => tf.grad((t: tf.Tensor) => tf.maximum(tf.log(tf.relu(t)), -50).sum())(x);` },
      { title: "a clip that nobody takes", code: `export function compress(x: tf.Tensor) {
  const power = tf.relu(x);
  tf.clipByValue(power, 1e-6, 1e6);
  return tf.log(power);
}` }
    ],
    safe: [
      { title: "a bound that float32 keeps", code: `export function loss(labels: tf.Tensor1D, logits: tf.Tensor1D) {
  const p = tf.sigmoid(logits).clipByValue(1e-7, 1 - 1e-7);
  return labels.mul(p.log()).add(tf.sub(1, labels).mul(tf.log(tf.sub(1, p)))).mean().neg();
}` },
      { title: "an epsilon added last", code: `export const survival = (logits: tf.Tensor1D) => tf.log(tf.sub(1, tf.sigmoid(logits)).add(1e-7));` },
      { title: "a floor before the logarithm", code: `export const entropy = (x: tf.Tensor1D) => tf.grad((t: tf.Tensor) => tf.log(tf.maximum(tf.relu(t), 1e-6)).sum())(x);` }
    ]
  }
});
function roundedAway(site, met2) {
  for (const guard of guardsOn(met2.operand)) {
    const lost = lostConstant(guard);
    if (lost === void 0) continue;
    return suspicion(site, met2, {
      what: `The guard in \`${site.text(guard)}\` does nothing: ${lost} in float32, so \`${met2.text}\` is still reached and \`${site.text()}\` ${consequence(site, met2)}.`,
      fix: "Use an epsilon of at least 1e-7, and add it after the subtraction",
      guard
    });
  }
  return void 0;
}
function lostConstant(guard) {
  for (const operand2 of Object.values(guard.operands).flat()) {
    const text2 = absorbed(operand2.op === "constant" ? operand2.attributes["value"] : void 0);
    if (text2 !== void 0) return text2;
  }
  const bounds = [guard.attributes["clipValueMin"], guard.attributes["clipValueMax"]];
  for (const bound of bounds) {
    const text2 = absorbed(bound);
    if (text2 !== void 0) return text2;
  }
  const epsilon = isOp(guard, "add") ? [operandOf(guard, "a"), operandOf(guard, "b")].map(constantOf).find((value) => value !== void 0 && Math.abs(value) < 1e-6) : void 0;
  if (epsilon === void 0 || epsilon === 0) return void 0;
  const other = constantOf(operandOf(guard, "b")) === void 0 ? operandOf(guard, "b") : operandOf(guard, "a");
  if (other !== void 0 && other.range.high === 1 && Math.fround(1 + epsilon) === 1) return `${epsilon} added to 1 leaves 1`;
  return void 0;
}
function absorbed(value) {
  if (typeof value !== "number" || Number.isInteger(value)) return void 0;
  const rounded = Math.fround(value);
  if (!Number.isInteger(rounded) || rounded === 0) return rounded === 0 ? `${value} is 0` : void 0;
  const epsilon = Number((value - rounded).toPrecision(2));
  return `${rounded} ${epsilon < 0 ? "-" : "+"} ${Math.abs(epsilon)} is ${rounded}`;
}
function afterwards(site, met2) {
  if (site.gradient() === "no" || !isOp(site.node, "log", "sqrt")) return void 0;
  const surest = met2.find(({ reach: reach2 }) => reach2 === "manifest");
  const guard = site.users().find((user) => isOp(user, "clipByValue", "maximum", "minimum"));
  if (guard === void 0 || surest === void 0) return void 0;
  const name = site.text(surest.operand);
  return {
    ...suspicion(site, surest, {
      what: `\`${site.text(guard)}\` bounds the value of \`${site.text()}\` but not its gradient, which is NaN when \`${surest.text}\`${whereGradient(site)}`,
      fix: `Bound the operand instead: \`tf.${site.node.op}(tf.maximum(${name}, 1e-7))\``,
      guard
    }),
    danger: { text: surest.text, harm: "gradient", region: { operand: "x", low: surest.region.low, high: surest.region.high }, failures: ["nan-gradient", "inf-gradient", "infinity", "nan"] }
  };
}
function discarded(site, met2) {
  const guard = site.discarded.find((node) => isOp(node, "clipByValue", "maximum", "add") && onTheWay(met2.operand, operandOf(node, "x") ?? operandOf(node, "a")));
  if (guard === void 0) return void 0;
  return suspicion(site, met2, {
    what: `The result of \`${site.text(guard)}\` is thrown away: tensors are immutable, so \`${met2.text}\` is still reached and \`${site.text()}\` ${consequence(site, met2)}`,
    fix: "Assign the result and use it",
    guard
  });
}
var onTheWay = (operand2, guarded2) => guarded2 !== void 0 && arithmeticChain(operand2).some((node) => sameValue(node, guarded2));
function whereOnly(site, met2) {
  if (site.gradient() === "no") return void 0;
  const surest = met2.find(({ reach: reach2 }) => reach2 === "manifest");
  const where2 = site.users().find((user) => isOp(user, "where"));
  if (where2 === void 0 || surest === void 0 || isOp(producer(surest.operand), "where")) return void 0;
  return {
    ...suspicion(site, surest, {
      what: `\`tf.where\` chooses the value but not the gradient: \`${site.text()}\` still gets 0 times an infinite derivative when \`${surest.text}\`${whereGradient(site)}, which is NaN`,
      fix: `Make the operand safe before the op: \`tf.${site.node.op}(tf.where(mask, ${site.text(surest.operand)}, tf.onesLike(${site.text(surest.operand)})))\``,
      guard: where2
    }),
    danger: { text: surest.text, harm: "gradient", region: { operand: surest.region.operand, low: surest.region.low, high: surest.region.high }, failures: ["nan-gradient", "inf-gradient"] }
  };
}
var guardsOn = (operand2) => arithmeticChain(operand2).filter((node) => isOp(node, "add", "sub", "clipByValue", "maximum", "minimum"));
function consequence(site, met2) {
  if (met2.region.harm === "gradient") return `has an infinite or NaN gradient${whereGradient(site)}`;
  return isOp(site.node, "log", "log1p") ? "is -Infinity" : "is Infinity or NaN";
}
function suspicion(site, met2, { what, fix, guard }) {
  const sentence = what.endsWith(".") ? what : `${what}.`;
  return {
    message: `${sentence} ${fix}.`,
    danger: {
      text: met2.text,
      harm: met2.region.harm,
      region: { operand: met2.region.operand, low: met2.region.low, high: met2.region.high },
      failures: ["infinity", "nan", "overflow", "inf-gradient", "nan-gradient"]
    },
    manifest: true,
    covers: [site.node],
    related: [{ node: guard, message: "the guard that guards nothing" }]
  };
}

// rules/log-near-one.ts
var TINY2 = 2 ** -12;
var log_near_one_default = defineRule({
  name: "log-near-one",
  category: "numerical",
  claim: "`log(1 + x)` loses the digits of a small x, and all of them below 5.96e-8.",
  reason: "1 + x is rounded to a multiple of 1.19e-7 before the logarithm sees it: at x = 1e-6 the result is wrong by 5 %, below 5.96e-8 it is 0.",
  remedy: "Use `tf.log1p(x)`, which computes the same function without forming 1 + x.",
  ops: ["log"],
  check(site) {
    const x = onePlus(site.operand("x"));
    if (x === void 0 || x.range.integer || x.op === "exp") return void 0;
    const positive2 = reach(x.range, 1e-12, TINY2);
    const negative = reach(x.range, -TINY2, -1e-12);
    if (![positive2, negative].some((how) => how === "manifest" || how === "assumed")) return void 0;
    const name = site.text(x);
    return {
      message: `\`${site.text()}\` loses the digits of a small \`${name}\`: 5 % at 1e-6, everything below 5.96e-8, because 1 + x is rounded first. Use \`tf.log1p(${name})\`.`,
      danger: { text: `|${name}| < 2.4e-4`, harm: "accuracy", region: { operand: "x", low: 1 - TINY2, high: 1 + TINY2 }, failures: ["cancellation"] },
      manifest: true,
      fixes: [{ title: `Use tf.log1p(${name})`, span: site.node.span, text: `tf.log1p(${site.source(x)})` }]
    };
  },
  examples: {
    hazardous: [
      { title: "a compressed feature", code: `export const compress = (x: tf.Tensor) => tf.log(tf.add(1, x.abs()));` },
      { title: "the chained spelling, the other way round", code: `export const compress = (x: tf.Tensor) => x.square().add(1).log();` }
    ],
    safe: [
      { title: "log1p", code: `export const compress = (x: tf.Tensor) => tf.log1p(x.abs());` },
      { title: "a count", code: `export const idf = (documents: tf.Tensor1D) => tf.log(tf.add(1, documents.greater(0).sum()));` }
    ]
  }
});

// rules/log-of-zero.ts
var log_of_zero_default = defineRule({
  name: "log-of-zero",
  category: "numerical",
  claim: "The logarithm of something that the code itself lets reach 0 is -Infinity there, and its gradient is infinite or NaN.",
  reason: "A sigmoid or softmax underflows to 0, a relu is 0 for half of its inputs, 1 - p is 0 once p rounds to 1, the mean of a mask is 0 for an empty mask. -Infinity times a label of 0 is NaN, and one NaN in a loss ends the training.",
  remedy: "Keep the operand away from 0 before the logarithm by something float32 keeps: `tf.log(tf.maximum(p, 1e-7))`; or compute in log space.",
  ops: ["log", "log1p"],
  check(site) {
    const met2 = dangersMet(site, ["value", "gradient"]).find(({ reach: reach2 }) => reach2 === "manifest" || reach2 === "assumed");
    if (met2 === void 0) return void 0;
    const manifest = met2.reach === "manifest";
    const name = site.text(met2.operand);
    const [what, where2] = met2.region.harm === "value" ? ["is -Infinity or NaN", ""] : ["has an infinite gradient", whereGradient(site)];
    const why = manifest ? "which the code itself reaches" : "which nothing here excludes";
    return {
      message: `\`${site.text()}\` ${what} when \`${met2.text}\`${where2}, ${why}. Keep the operand away from it: \`tf.log(tf.maximum(${name}, 1e-7))\`, or compute in log space.`,
      danger: {
        text: met2.text,
        harm: met2.region.harm,
        region: { operand: met2.region.operand, low: met2.region.low, high: met2.region.high },
        failures: ["infinity", "nan", "inf-gradient", "nan-gradient"]
      },
      manifest
    };
  },
  examples: {
    hazardous: [
      { title: "the log of a relu", code: `export const compress = (x: tf.Tensor) => tf.log(tf.relu(x));` },
      { title: "the log of a squared signal", code: `export const decibels = (signal: tf.Tensor2D) => signal.square().mean(1).log().mul(10 / Math.LN10);` },
      { title: "the log of a uniform sample", code: `export const gumbel = (shape: [number, number]) => tf.randomUniform(shape).log().neg().log().neg();` },
      { title: "the log of a probability that reaches 1, turned round", code: `export function survival(hazard: tf.Tensor1D) {
  const p = hazard.tanh().abs();
  return tf.log(tf.sub(1, p));
}` }
    ],
    safe: [
      { title: "a floor that float32 keeps", code: `export const compress = (x: tf.Tensor) => tf.log(tf.maximum(tf.relu(x), 1e-6));` },
      { title: "one more than something not negative", code: `export const compress = (x: tf.Tensor) => tf.log1p(tf.relu(x));` },
      { title: "a softplus is positive in float32 down to -103", code: `export const scale = (x: tf.Tensor) => tf.log(tf.softplus(x.clipByValue(-10, 10)));` },
      { title: "a uniform sample away from 0", code: `export const gumbel = (shape: [number, number]) => tf.randomUniform(shape, 1e-6, 0.999999).log().neg().log().neg();` }
    ]
  }
});

// rules/silent-broadcast.ts
var BROADCASTING = {
  add: ["a", "b"],
  sub: ["a", "b"],
  mul: ["a", "b"],
  div: ["a", "b"],
  pow: ["base", "exp"],
  squaredDifference: ["a", "b"],
  maximum: ["a", "b"],
  minimum: ["a", "b"],
  equal: ["a", "b"],
  notEqual: ["a", "b"],
  greater: ["a", "b"],
  greaterEqual: ["a", "b"],
  less: ["a", "b"],
  lessEqual: ["a", "b"],
  logicalAnd: ["a", "b"],
  logicalOr: ["a", "b"],
  atan2: ["a", "b"]
};
var silent_broadcast_default = defineRule({
  name: "silent-broadcast",
  category: "shape",
  claim: "Both operands grow to a shape that neither has: a column against a row makes a table nobody meant.",
  reason: "Broadcasting lets [B, 1] meet [B]: the result is [B, B], every prediction against every label. Nothing throws; the mean of the squares is finite, the model learns the average of the labels.",
  remedy: "Give both operands the same shape first: `.squeeze([1])` on the column or `.expandDims(1)` on the row. Where the table is meant, expand both operands by hand.",
  ops: Object.keys(BROADCASTING),
  check(site) {
    const [left, right] = BROADCASTING[site.node.op];
    const a = site.operand(left);
    const b = site.operand(right);
    if (a?.shape === void 0 || b?.shape === void 0 || site.node.throws !== void 0) return void 0;
    const growth = mutualGrowth(a.shape, b.shape);
    if (growth === void 0 || isMeant(growth, a, b)) return void 0;
    const result = showShape(site.node.shape);
    return {
      message: `\`${site.text()}\` broadcasts ${showShape(a.shape)} against ${showShape(b.shape)} to ${result}: both operands grow, every element of one meets every element of the other.${consequence2(site)} Give both the same shape: ${advice(site, a, b)}.`,
      danger: { text: `${showShape(a.shape)} meets ${showShape(b.shape)}`, harm: "shape", failures: ["wrong-shape"], expansion: "both-expand" },
      manifest: true,
      related: [
        { node: a, message: `${showShape(a.shape)} comes from here` },
        { node: b, message: `${showShape(b.shape)} comes from here` }
      ]
    };
  },
  examples: {
    hazardous: [
      { title: "predictions of a dense layer against a row of labels", code: `export function loss(features: tf.Tensor2D, labels: tf.Tensor1D) {
  const weights = tf.ones([4, 1]);
  const predictions = tf.matMul(features.reshape([8, 4]), weights);
  return tf.sub(predictions, labels.reshape([8])).square().mean();
}` },
      { title: "a nested literal is a column", code: `const target = [[1], [2], [3]];
export const error = () => tf.tensor1d([1, 2, 3]).sub(target).abs().mean();` },
      { title: "a dot product that is not one", code: `export const similarity = () => tf.ones([4, 1]).mul(tf.ones([4])).sum();` }
    ],
    safe: [
      { title: "a bias", code: `export const layer = (x: tf.Tensor2D) => tf.matMul(x.reshape([8, 4]), tf.ones([4, 3])).add(tf.zeros([3]));` },
      { title: "all pairs, on purpose", code: `export const distances = (a: tf.Tensor2D, b: tf.Tensor2D) => a.expandDims(1).sub(b.expandDims(0)).square().sum(-1);` },
      { title: "a row normalised with keepDims", code: `export const normalise = (x: tf.Tensor2D) => x.sub(x.mean(1, true));` },
      { title: "differences within one vector", code: `export const pairs = (s: tf.Tensor1D) => s.expandDims(1).sub(s);` },
      { title: "the same shape first", code: `export function loss(features: tf.Tensor2D, labels: tf.Tensor1D) {
  const predictions = tf.matMul(features.reshape([8, 4]), tf.ones([4, 1])).squeeze([1]);
  return tf.sub(predictions, labels.reshape([8])).square().mean();
}` }
    ]
  }
});
function mutualGrowth(a, b) {
  const ofA = [];
  const ofB = [];
  for (let fromEnd = 1; fromEnd <= Math.max(a.length, b.length); fromEnd += 1) {
    const left = a[a.length - fromEnd];
    const right = b[b.length - fromEnd];
    if (grows(left, right)) ofA.push({ from: left, to: right });
    if (grows(right, left)) ofB.push({ from: right, to: left });
  }
  return ofA.length > 0 && ofB.length > 0 ? { ofA, ofB } : void 0;
}
function grows(from, to) {
  if (to === void 0 || to.size === 1) return false;
  return from === void 0 || from.size === 1;
}
function isMeant(growth, a, b) {
  const ones = [...growth.ofA, ...growth.ofB].map(({ from }) => from);
  const explicit = (from) => from?.one === "explicit";
  const allByHand = growth.ofA.every(({ from }) => explicit(from)) && growth.ofB.every(({ from }) => explicit(from));
  if (allByHand) return true;
  if (isExpansionOf(a, b) || isExpansionOf(b, a)) return true;
  const targets = [...growth.ofA, ...growth.ofB].map(({ to }) => to);
  const equal = targets.every((to) => sameSize(to.size, targets[0].size));
  if (equal) return false;
  const byHand = ones.some(explicit);
  const accidental = ones.some((from) => from?.one === "structural" || from?.one === "data");
  if (byHand) return true;
  return !accidental || targets.some((to) => isSymbolic(to.size));
}
function isExpansionOf(column, row) {
  return isOp(column, "expandDims", "reshape") && producer(operandOf(column, "x")) === producer(row);
}
function consequence2(site) {
  const reduced = site.users().some((user) => isOp(user, "mean", "sum", "square", "abs"));
  return reduced ? " The mean or sum that follows hides it." : "";
}
function advice(site, a, b) {
  const [column, row] = a.shape.at(-1)?.size === 1 ? [a, b] : [b, a];
  if (column.shape.length > row.shape.length) return `\`${site.text(column)}.squeeze([${column.shape.length - 1}])\`, or \`${site.text(row)}.expandDims(${row.shape.length})\``;
  return `reshape \`${site.text(column)}\` or \`${site.text(row)}\``;
}

// rules/sqrt-at-zero.ts
var sqrt_at_zero_default = defineRule({
  name: "sqrt-at-zero",
  category: "numerical",
  claim: "The gradient of a square root or norm is infinite at 0, and NaN after the chain rule, though the value is fine.",
  reason: "The derivative of sqrt is 1 / (2 sqrt(x)). A distance of a point to itself, the norm of a zero row, the deviation of a constant batch are 0; there Infinity meets the 0 of the inner derivative, and the weights are NaN after one step.",
  remedy: "Keep the operand away from 0 inside the root: `tf.sqrt(x.add(1e-12))` or `tf.sqrt(tf.maximum(x, 1e-12))`; or use the square of the distance.",
  ops: ["sqrt", "norm", "euclideanNorm", "pow", "rsqrt"],
  check(site) {
    const met2 = dangersMet(site, ["value", "gradient"]).filter(({ region }) => region.failure !== "vanished-gradient" && region.failure !== "overflow").find(({ reach: reach2 }) => reach2 === "manifest" || reach2 === "assumed");
    if (met2 === void 0) return void 0;
    const manifest = met2.reach === "manifest";
    const name = site.text(met2.operand);
    const what = met2.region.harm === "gradient" ? `has an infinite or NaN gradient when \`${met2.text}\`${whereGradient(site)}, though its value is fine` : `is NaN or Infinity when \`${met2.text}\``;
    return {
      message: `\`${site.text()}\` ${what}. Keep the operand away from 0 inside the root: \`tf.sqrt(tf.maximum(${site.node.op === "sqrt" ? name : "sum of squares"}, 1e-12))\`.`,
      danger: {
        text: met2.text,
        harm: met2.region.harm,
        region: { operand: met2.region.operand, low: met2.region.low, high: met2.region.high },
        failures: ["nan-gradient", "inf-gradient", "nan", "infinity"]
      },
      manifest
    };
  },
  examples: {
    hazardous: [
      { title: "a Euclidean distance in a contrastive loss", code: `export function loss(a: tf.Tensor2D, b: tf.Tensor2D) {
  const distance = tf.sqrt(tf.sum(tf.squaredDifference(a, b), 1));
  return distance.mean();
}
export const step = (a: tf.Tensor2D, b: tf.Tensor2D) => tf.grad((x: tf.Tensor) => loss(x as tf.Tensor2D, b))(a);` },
      { title: "a norm as a penalty", code: `export const penalty = (weights: tf.Tensor2D) => tf.grad((w: tf.Tensor) => tf.norm(w))(weights);` },
      { title: "the deviation of a batch", code: `export const spread = (x: tf.Tensor2D) => tf.grad((t: tf.Tensor) => tf.moments(t, 0).variance.sqrt().sum())(x);` }
    ],
    safe: [
      { title: "an epsilon inside the root", code: `export function loss(a: tf.Tensor2D, b: tf.Tensor2D) {
  const distance = tf.sqrt(tf.sum(tf.squaredDifference(a, b), 1).add(1e-12));
  return distance.mean();
}
export const step = (a: tf.Tensor2D, b: tf.Tensor2D) => tf.grad((x: tf.Tensor) => loss(x as tf.Tensor2D, b))(a);` },
      { title: "squared distances", code: `export const step = (a: tf.Tensor2D, b: tf.Tensor2D) => tf.grad((x: tf.Tensor) => tf.squaredDifference(x, b).sum())(a);` },
      { title: "a root that nothing differentiates", code: `export function report(a: tf.Tensor2D) {
  console.log(tf.sqrt(tf.sum(tf.square(a), 1)).dataSync());
}` }
    ]
  }
});

// rules/unstable-composite.ts
var EXP_OVERFLOW = 88.72284;
var unstable_composite_default = defineRule({
  name: "unstable-composite",
  category: "numerical",
  claim: "A formula written out of exp, log and sums breaks where the one function that TensorFlow.js has for it does not.",
  reason: "The parts leave float32 before the whole does: exp overflows above 88.72, a softmax or sigmoid underflows to 0 below -103.97 and rounds to 1 above 17.33, and the log of that is infinite, its gradient NaN.",
  remedy: "Use the fused function: logSoftmax, logSumExp, softplus, sigmoid, softmax, tanh, or a cross entropy that takes logits.",
  ops: ["log", "log1p", "div", "reciprocal", "sqrt"],
  check(site) {
    for (const pattern of PATTERNS) {
      const found = pattern(site);
      if (found !== void 0) return found;
    }
    return void 0;
  },
  examples: {
    hazardous: [
      { title: "log of a softmax", code: `export const logProbabilities = (logits: tf.Tensor2D) => tf.log(tf.softmax(logits));` },
      { title: "softmax by hand", code: `export function attend(scores: tf.Tensor2D) {
  const e = scores.exp();
  return e.div(e.sum(-1, true));
}` },
      { title: "logsumexp by hand", code: `export const logPartition = (energies: tf.Tensor2D) => energies.exp().sum(1).log();` },
      { title: "softplus by hand", code: `export const softplus = (x: tf.Tensor) => tf.log(tf.add(1, tf.exp(x)));` },
      { title: "softplus with log1p", code: `export const softplus = (x: tf.Tensor) => x.exp().log1p();` },
      { title: "sigmoid by hand, under a gradient", code: `const gate = (x: tf.Tensor) => tf.div(1, tf.add(1, tf.exp(x.neg())));
export const slope = (x: tf.Tensor) => tf.grad((t: tf.Tensor) => gate(t))(x);` },
      { title: "tanh by hand", code: `export function tanh(x: tf.Tensor) {
  const up = x.exp();
  const down = x.neg().exp();
  return up.sub(down).div(up.add(down));
}` },
      { title: "binary cross entropy by hand", code: `export function loss(labels: tf.Tensor1D, logits: tf.Tensor1D) {
  const p = tf.sigmoid(logits);
  return labels.mul(p.log()).add(tf.sub(1, labels).mul(tf.log(tf.sub(1, p)))).mean().neg();
}` },
      { title: "standard deviation from a log variance", code: `export const deviation = (logVariance: tf.Tensor) => tf.sqrt(tf.exp(logVariance));` },
      { title: "log cosh", code: `export const logCosh = (error: tf.Tensor) => tf.log(tf.cosh(error));` }
    ],
    safe: [
      { title: "the fused functions", code: `export const logProbabilities = (logits: tf.Tensor2D) => tf.logSoftmax(logits);
export const logPartition = (energies: tf.Tensor2D) => tf.logSumExp(energies, 1);
export const soft = (x: tf.Tensor) => tf.softplus(x);` },
      { title: "softmax by hand, shifted by the maximum", code: `export function attend(scores: tf.Tensor2D) {
  const e = scores.sub(scores.max(-1, true)).exp();
  return e.div(e.sum(-1, true));
}` },
      { title: "logsumexp by hand, shifted by the maximum", code: `export function logPartition(energies: tf.Tensor2D) {
  const top = energies.max(1, true);
  return energies.sub(top).exp().sum(1, true).log().add(top);
}` },
      { title: "a probability away from 0 by a guard that float32 keeps", code: `export const logProbabilities = (logits: tf.Tensor2D) => tf.log(tf.softmax(logits).clipByValue(1e-7, 1));` },
      { title: "half of the log variance", code: `export const deviation = (logVariance: tf.Tensor) => tf.exp(logVariance.mul(0.5));` }
    ]
  }
});
var PATTERNS = [logOfSoftmax, logOfSigmoid, logOfSumOfExp, logOfOnePlusExp, logOfExpMinusOne, logOfCosh, softmaxByHand, tanhByHand, sigmoidByHand, sqrtOfExp];
function logOfSoftmax(site) {
  const x = site.operand("x");
  const softmax = producer(x);
  if (!isOp(site.node, "log") || !isOp(softmax, "softmax")) return void 0;
  const logits = site.text(operandOf(softmax, "logits"));
  return {
    message: `\`${site.text()}\` is -Infinity once one logit is 103.97 above another, because the softmax underflows to 0; its gradient is NaN from there. Use \`tf.logSoftmax(${logits})\`, or a cross entropy that takes logits.`,
    danger: { text: `one of ${logits} is 103.97 below the largest`, harm: "value", region: { operand: "x", low: 0, high: 2938736e-45 }, failures: ["infinity", "nan", "inf-gradient", "nan-gradient"] },
    manifest: true,
    related: [{ node: softmax, message: "the softmax that underflows" }],
    fixes: x === softmax && site.source(softmax) !== "" ? [{ title: `Use tf.logSoftmax(${logits})`, span: site.node.span, text: `tf.logSoftmax(${site.source(operandOf(softmax, "logits"))})` }] : []
  };
}
function logOfSigmoid(site) {
  if (!isOp(site.node, "log")) return void 0;
  const x = producer(site.operand("x"));
  const inner = producer(oneMinus(x));
  const sigmoid2 = isOp(x, "sigmoid") ? x : isOp(inner, "sigmoid") ? inner : void 0;
  if (sigmoid2 === void 0) return void 0;
  const complement = sigmoid2 === inner;
  const logits = operandOf(sigmoid2, "x");
  const partners = site.nodes.filter((node) => node !== site.node && isOp(node, "log") && usesSigmoid(node, sigmoid2));
  if (!complement && partners.some((node) => producer(oneMinus(producer(operandOf(node, "x")))) !== void 0)) return void 0;
  if (complement ? logits.range.high <= 17.32868 : logits.range.low >= -88.72) return void 0;
  const name = site.text(logits);
  return {
    message: complement ? `\`${site.text()}\` is -Infinity for logits above 17.33, because the sigmoid rounds to 1; times a label of 0 that is NaN. Use \`tf.losses.sigmoidCrossEntropy(labels, ${name})\`, or \`tf.neg(tf.softplus(${name}))\` for this term.` : `\`${site.text()}\` is -Infinity for logits below -103.97, because the sigmoid underflows to 0; its gradient is infinite from -88.73. Use \`tf.neg(tf.softplus(tf.neg(${name})))\`.`,
    danger: {
      text: complement ? `${name} > 17.33` : `${name} < -88.73`,
      harm: "value",
      region: { operand: "x", low: 0, high: 2938736e-45 },
      failures: ["infinity", "nan", "inf-gradient", "nan-gradient"]
    },
    manifest: true,
    covers: partners,
    related: partners.map((node) => ({ node, message: "the other half of the same cross entropy" }))
  };
}
function usesSigmoid(log3, sigmoid2) {
  const x = producer(operandOf(log3, "x"));
  return sameValue(x, sigmoid2) || sameValue(producer(oneMinus(x)), sigmoid2);
}
function overflows(exp2) {
  const x = operandOf(exp2, "x");
  return x !== void 0 && x.range.high > EXP_OVERFLOW;
}
function logOfSumOfExp(site) {
  const sum2 = producer(site.operand("x"));
  const exp2 = producer(operandOf(sum2, "x"));
  if (!isOp(site.node, "log") || !isOp(sum2, "sum") || !isOp(exp2, "exp")) return void 0;
  if (!overflows(exp2)) return void 0;
  const x = site.text(operandOf(exp2, "x"));
  return {
    message: `\`${site.text()}\` is Infinity once one of \`${x}\` is above 88.72, and -Infinity once all are below -103.97. Use \`tf.logSumExp(${x}, axis)\`, which shifts by the maximum.`,
    danger: { text: `${x} > 88.72`, harm: "value", failures: ["overflow", "infinity", "nan", "nan-gradient", "inf-gradient"] },
    manifest: true,
    covers: [exp2, sum2],
    related: [{ node: exp2, message: "the exp that overflows" }]
  };
}
function logOfOnePlusExp(site) {
  const exp2 = producer(isOp(site.node, "log1p") ? site.operand("x") : onePlus(site.operand("x")));
  if (!isOp(site.node, "log", "log1p") || !isOp(exp2, "exp") || !overflows(exp2)) return void 0;
  const x = site.text(operandOf(exp2, "x"));
  return {
    message: `\`${site.text()}\` is Infinity for \`${x}\` above 88.72 and its gradient is NaN; the true value is \`${x}\` itself. Use \`tf.softplus(${x})\`.`,
    danger: { text: `${x} > 88.72`, harm: "value", failures: ["overflow", "infinity", "nan", "nan-gradient", "inf-gradient"] },
    manifest: true,
    covers: [exp2],
    fixes: [{ title: `Use tf.softplus(${x})`, span: site.node.span, text: `tf.softplus(${site.source(operandOf(exp2, "x"))})` }]
  };
}
function logOfExpMinusOne(site) {
  const exp2 = producer(minusOne(site.operand("x")));
  if (!isOp(site.node, "log") || !isOp(exp2, "exp") || !overflows(exp2)) return void 0;
  const x = site.text(operandOf(exp2, "x"));
  return {
    message: `\`${site.text()}\` is Infinity for \`${x}\` above 88.72, and -Infinity below 5.96e-8, where exp rounds to 1. Use \`x.add(tf.log(tf.neg(tf.expm1(tf.neg(x)))))\` with x = \`${x}\`.`,
    danger: { text: `${x} > 88.72 or ${x} < 5.96e-8`, harm: "value", failures: ["overflow", "infinity", "nan", "nan-gradient", "inf-gradient"] },
    manifest: true,
    covers: [exp2, site.operand("x")]
  };
}
function logOfCosh(site) {
  const cosh2 = producer(site.operand("x"));
  if (!isOp(site.node, "log") || !isOp(cosh2, "cosh") || cosh2.range.high < Infinity) return void 0;
  const x = site.text(operandOf(cosh2, "x"));
  return {
    message: `\`${site.text()}\` is Infinity for |${x}| above 89.41; the true value is |${x}| - 0.69. Use \`x.add(tf.softplus(x.mul(-2))).sub(Math.LN2)\` with x = \`${x}\`.`,
    danger: { text: `|${x}| > 89.41`, harm: "value", failures: ["overflow", "infinity", "nan", "nan-gradient", "inf-gradient"] },
    manifest: true,
    covers: [cosh2]
  };
}
function softmaxByHand(site) {
  const exp2 = producer(site.operand("a"));
  const sum2 = producer(site.operand("b"));
  if (!isOp(site.node, "div") || !isOp(exp2, "exp") || !isOp(sum2, "sum")) return void 0;
  const summed = producer(operandOf(sum2, "x"));
  if (!isOp(summed, "exp") || !sameValue(operandOf(summed, "x"), operandOf(exp2, "x")) || !overflows(exp2)) return void 0;
  const x = site.text(operandOf(exp2, "x"));
  return {
    message: `\`${site.text()}\` is NaN once one of \`${x}\` is above 88.72 (Infinity / Infinity), and 0 / 0 once all are below -103.97. Use \`tf.softmax(${x})\`, or subtract the maximum first.`,
    danger: { text: `${x} > 88.72`, harm: "value", failures: ["nan", "overflow", "infinity", "nan-gradient"] },
    manifest: true,
    covers: [exp2, summed, sum2],
    related: [{ node: exp2, message: "the exp that overflows" }]
  };
}
function tanhByHand(site) {
  const [top, bottom] = [site.operand("a"), site.operand("b")];
  if (!isOp(site.node, "div") || !isOp(top, "sub") || !isOp(bottom, "add")) return void 0;
  const [up, down] = [operandOf(top, "a"), operandOf(top, "b")];
  if (!isOp(up, "exp") || !isOp(down, "exp") || !sameValue(up, operandOf(bottom, "a")) || !sameValue(down, operandOf(bottom, "b"))) return void 0;
  const x = operandOf(up, "x");
  if (!sameValue(negated2(operandOf(down, "x")), x) || !overflows(up)) return void 0;
  return {
    message: `\`${site.text()}\` is NaN for |${site.text(x)}| above 88.72 (Infinity / Infinity); the true value is 1. Use \`tf.tanh(${site.text(x)})\`.`,
    danger: { text: `|${site.text(x)}| > 88.72`, harm: "value", failures: ["nan", "overflow", "nan-gradient"] },
    manifest: true,
    covers: [up, down, top, bottom, operandOf(bottom, "a"), operandOf(bottom, "b")]
  };
}
function sigmoidByHand(site) {
  const denominator = isOp(site.node, "reciprocal") ? site.operand("x") : isConstant2(site.operand("a"), 1) ? site.operand("b") : void 0;
  const exp2 = producer(onePlus(denominator));
  if (!isOp(site.node, "div", "reciprocal") || !isOp(exp2, "exp") || !overflows(exp2)) return void 0;
  const exponent2 = operandOf(exp2, "x");
  const x = negated2(exponent2);
  const name = x === void 0 ? `tf.neg(${site.text(exponent2)})` : site.text(x);
  const flows = site.gradient();
  if (flows === "no") return { pardons: [exp2] };
  return {
    message: `The gradient of \`${site.text()}\` is NaN for \`${site.text(exponent2)}\` above 88.72: exp overflows, and Infinity meets 0 in the chain rule, though the value is right. Use \`tf.sigmoid(${name})\`.`,
    danger: { text: `${site.text(exponent2)} > 88.72`, harm: "gradient", failures: ["nan-gradient", "inf-gradient"] },
    manifest: true,
    covers: [exp2, denominator],
    fixes: x === void 0 ? [] : [{ title: `Use tf.sigmoid(${name})`, span: site.node.span, text: `tf.sigmoid(${site.source(x)})` }]
  };
}
function sqrtOfExp(site) {
  const exp2 = producer(site.operand("x"));
  if (!isOp(site.node, "sqrt") || !isOp(exp2, "exp") || !overflows(exp2)) return void 0;
  const x = site.text(operandOf(exp2, "x"));
  return {
    message: `\`${site.text()}\` is Infinity for \`${x}\` above 88.72, and its gradient NaN below -103.97. Use \`tf.exp(${x}.mul(0.5))\`, which doubles the range.`,
    danger: { text: `${x} > 88.72`, harm: "value", failures: ["overflow", "infinity", "nan", "nan-gradient", "inf-gradient"] },
    manifest: true,
    covers: [exp2]
  };
}

// rules/index.ts
var allRules = [
  unstable_composite_default,
  ineffective_guard_default,
  cancellation_default,
  division_near_zero_default,
  log_of_zero_default,
  log_near_one_default,
  sqrt_at_zero_default,
  exp_overflow_default,
  silent_broadcast_default,
  incompatible_shapes_default
];

// ../../tmp/try.ts
import { readFileSync as readFileSync2 } from "node:fs";
var files = process.argv.slice(2).filter((a) => !a.startsWith("--"));
var t = performance.now();
var project = new Project();
var lowered = lowerProject(project, files);
var text = (s) => readFileSync2(s.file, "utf8").slice(s.start, s.end);
if (process.argv.includes("--graph")) for (const u of lowered.units) {
  console.log("##", u.unit.name, u.unit.kind, u.unit.differentiated, JSON.stringify(u.unit.inputs.map((i) => [i.name, i.form.kind])));
  for (const n of u.nodes) console.log("  ", n.id, n.op, Object.entries(n.operands).map(([k, v]) => k + ":" + (Array.isArray(v) ? v.map((x) => x.id) : v.id)).join(" "), showShape(n.shape), n.dtype, `[${n.range.low}${n.range.lowBy[0]}, ${n.range.high}${n.range.highBy[0]}]${n.range.mayBeNaN ? "?" : ""}`, n.differentiated[0], n.throws ?? "", "|", text(n.span).slice(0, 50).replace(/\s+/g, " "));
}
var fs = check(lowered, { rules: allRules, textOf: text });
for (const f of fs) {
  const src = readFileSync2(f.span.file, "utf8");
  const line = src.slice(0, f.span.start).split("\n").length;
  console.log(`${f.span.file.replace("/work/main/", "")}:${line} ${f.manifest ? "" : "(latent) "}${f.rule} [${f.unit.name}] ${f.message}`);
}
console.log([...lowered.unknowns], lowered.failures, [...project.problems], Math.round(performance.now() - t) + "ms");
