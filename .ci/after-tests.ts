// What `npm test` leaves out, said where it ends.
console.log(
  'Not among them: npm run test:slow (every major version, faults) and npm run test:containers (a Docker engine).',
);
