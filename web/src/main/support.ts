/** (module (func (result v128) i32.const 0 i8x16.splat i8x16.popcnt)): valid only where SIMD exists. */
const kSimdProbe = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/**
 * What the viewer needs and this browser lacks, in words; empty if all seems there. Whether WebGL 2 is
 * really granted shows when the viewer starts: asking for a context here would delay the first paint.
 */
export function missingFeatures(): string[] {
  const missing: string[] = [];
  if (typeof WebAssembly !== 'object') missing.push('WebAssembly');
  else if (!WebAssembly.validate(kSimdProbe)) missing.push('WebAssembly SIMD');
  if (typeof WebGL2RenderingContext === 'undefined') missing.push('WebGL 2');
  return missing;
}
