import type { PsqlFault } from './psql-fault.ts';

/** The next step for a file that failed. For some causes the solution is not in the SQL. */
export function adviceOn(fault: PsqlFault, what: string): string {
  const kept = fault.kept ? 'what it committed has been applied' : 'nothing of it was applied';
  const { server, message } = fault;
  if (server?.sqlstate === '25001' && /cannot run inside|must not be called|cannot be executed/i.test(message)) {
    return `Begin the file with the line \`--! transaction: none\`: it is then run outside of a transaction; ${kept}.`;
  }
  if (server?.sqlstate === '55P04') {
    return `Put the new value in a file of its own, or begin this one with \`--! transaction: none\`; ${kept}.`;
  }
  // 0A000: extension "x" is not available; 58P01 if its control file was not found.
  if (server !== undefined && ['0A000', '58P01'].includes(server.sqlstate) && message.includes('extension')) {
    const name = /extension "([^"]+)"|extension\/(\S+?)\.control/.exec(message)?.slice(1).find(Boolean) ?? 'NAME';
    return `Use a server that has the extension: --topology compose or testcontainers with an --image, or --topology url; or stand in for it: migrations: { stand_ins: { ${name}: FILE.sql } } in the contract.`;
  }
  if (server?.sqlstate === '42501' && message.includes('row-level security policy')) {
    return `Policies hold whoever runs ${what}, as they do an owner where row security is FORCEd: let it say whose rows come, as SET app.tenant = '…'; before them, or give the URL of a role with BYPASSRLS or of a superuser; ${kept}.`;
  }
  if (server?.sqlstate === '3D000') {
    return `Name that database under \`databases\` in the contract, or write current_database() in ${what}.`;
  }
  return `Correct ${what}; ${kept}.`;
}
