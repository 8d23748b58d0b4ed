/** Every component is written with runes; nothing is preprocessed, because types are erasable. */
export default { compilerOptions: { runes: true } };
