import { parse } from 'pg-connection-string';

import { messageOf } from '../../common/errors.ts';
import type { Command, CommandCall } from '../command.ts';
import type { ConnectRequest } from '../psql.ts';
import { SlashFault } from '../slash-scanner.ts';

const same: ConnectRequest = { database: undefined, user: undefined, host: undefined, port: undefined };

async function connect(call: CommandCall): Promise<void> {
  const { psql } = call;
  const wanted = request(call.rest());
  const { target } = psql.session;
  const stays = (value: string | undefined, now: string) => value === undefined || value === now;
  const isSame =
    stays(wanted.database, target.database) &&
    stays(wanted.user, target.user) &&
    stays(wanted.host, target.host) &&
    stays(wanted.port, String(target.port));
  if (psql.options.connect === undefined) {
    throw new SlashFault(
      isSame
        ? '\\connect is not supported here: the session stays the one it is'
        : '\\connect to another database, role or server is not supported here',
      true,
    );
  }
  try {
    psql.session = await psql.options.connect(wanted);
  } catch (error) {
    throw new SlashFault(`\\connect: ${messageOf(error)}`);
  }
  psql.noteConnection();
  if (!psql.variables.isOn('QUIET')) {
    const { database, user } = psql.session.target;
    psql.output(`You are now connected to database "${database}" as user "${user}".\n`);
  }
}

function request(words: readonly string[]): ConnectRequest {
  const [first = '-'] = words.filter((word) => !word.startsWith('-reuse-previous='));
  if (/^postgres(?:ql)?:\/\//.test(first)) {
    const { database, user, host, port } = parse(first);
    return {
      database: database ?? undefined,
      user: user ?? undefined,
      host: host ?? undefined,
      port: port ?? undefined,
    };
  }
  if (first.includes('=')) {
    const keys = Object.fromEntries(
      [...first.matchAll(/(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|(\S*))/g)].map(([, key, quoted, plain]) => [
        key!,
        quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '',
      ]),
    );
    return { database: keys['dbname'], user: keys['user'], host: keys['host'], port: keys['port'] };
  }
  const [database, user, host, port] = words.map((word) => (word === '-' ? undefined : word));
  return { ...same, database, user, host, port };
}

export const connectionCommands: Readonly<Record<string, Command>> = {
  c: { run: connect },
  connect: { run: connect },
  restrict: {
    run: (call) => {
      call.psql.restricted = call.required();
    },
  },
  unrestrict: {
    run: (call) => {
      const key = call.required();
      if (call.psql.restricted === undefined) {
        throw new SlashFault('\\unrestrict: not currently in restricted mode');
      }
      if (call.psql.restricted !== key) {
        throw new SlashFault('\\unrestrict: wrong key');
      }
      call.psql.restricted = undefined;
    },
  },
};
