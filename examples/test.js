// An ordinary k6 script, run as it is by examples/own_k6_script.py.
import http from 'k6/http';
import { check } from 'k6';

export default function () {
  const answer = http.get(`${__ENV.TARGET_URL}/products`, { tags: { name: 'products' } });
  check(answer, { 'status is 200': (a) => a.status === 200 });
}
