/** A workflow that makes the evidence of each change and keeps it, red when the contract is broken. */
export const workflow = `name: rolecall

on:
  pull_request:
  push:
    branches: [main]

permissions:
  contents: read

jobs:
  evidence:
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
        with:
          node-version: 22
      - run: npx --yes rolecall run --reporter console,github --out evidence
      - if: always()
        uses: actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1
        with:
          name: evidence
          path: evidence/
          if-no-files-found: error
`;
