/** What a bundle calls `Float64Array`. In a float64 realm that is a class of its own: there a Float32Array is a Float64Array. */
export const OWN_FLOAT64_ARRAY = '__gradlintFloat64Array';
