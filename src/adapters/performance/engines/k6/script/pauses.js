// How long a pause lasts.

const { random } = Math;

// A function that draws the seconds of a pause step.
export function compilePause({ law, min_s: least, max_s: most, mean_s: mean, stdev_s: stdev }) {
  if (law === 'normal') return () => notNegative(mean, stdev);
  if (law === 'exponential') return () => -mean * Math.log(1 - random());
  return () => least + random() * (most - least);
}

// A normally distributed number (Box and Muller), drawn again as long as it is negative.
function notNegative(mean, stdev) {
  for (;;) {
    const drawn = mean + stdev * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    if (drawn >= 0) return drawn;
  }
}
