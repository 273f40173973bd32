// Character references of HTML by the tables of Python's html module: names, numbers that stand for others, and those
// that stand for nothing.

export function referenceOf({ names, numbers, nothing }) {
  const moved = new Map(Object.entries(numbers));
  const dropped = new Set(nothing);
  const number = (decimal, hex) => {
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number.parseInt(decimal, 10);
    if (moved.has(String(code))) return moved.get(String(code));
    if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return '\ufffd';
    return dropped.has(code) ? '' : String.fromCodePoint(code);
  };
  return { names: new Map(Object.entries(names)), number };
}
