// How long a pause lasts.

// A function of the session that draws the seconds of a pause step; nothing is drawn where there is nothing to choose.
export function compilePause({ law, min_s: least, max_s: most, mean_s: mean, stdev_s: deviation }) {
  if (law === 'normal') return (session) => notNegative(session.chance, mean, deviation);
  if (law === 'exponential') return (session) => session.chance.exponential(mean);
  return least === most ? () => least : (session) => session.chance.uniform(least, most);
}

// A normally distributed number, drawn again as long as it is negative.
function notNegative(chance, mean, deviation) {
  for (;;) {
    const drawn = chance.gauss(mean, deviation);
    if (drawn >= 0) return drawn;
  }
}
