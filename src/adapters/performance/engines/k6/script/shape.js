// The spans of time, in ms, in which a user is active: where more users than its number are due.

export function activeSpans(points, user) {
  const spans = [];
  for (let i = 1; i < points.length; i += 1) {
    const span = above(points[i - 1], points[i], user);
    const last = spans[spans.length - 1];
    if (span !== null && last !== undefined && span[0] - last[1] < 1e-6) last[1] = span[1];
    else if (span !== null) spans.push(span);
  }
  return spans.map(([from, until]) => [from * 1000, until * 1000]);
}

function above([t0, v0], [t1, v1], level) {
  if (t1 <= t0 || (v0 <= level && v1 <= level)) return null;
  if (v0 > level && v1 > level) return [t0, t1];
  const crossing = t0 + ((level - v0) / (v1 - v0)) * (t1 - t0);
  return v1 > level ? [crossing, t1] : [t0, crossing];
}
