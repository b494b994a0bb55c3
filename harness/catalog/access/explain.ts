import type { Path } from './effective-access.ts';

/** A path in words: `directly, granted by postgres`, `via app_rw (granted by postgres)`, `via SET ROLE app_admin`, … */
export function pathText(path: Path, privilege: string, object: string): string {
  return [sourceText(path, privilege, object), columnsText(path), grantableText(path)]
    .filter((text) => text !== '')
    .join(', ');
}

function sourceText(path: Path, privilege: string, object: string): string {
  const holder = path.chain.at(-1)!;
  const own = path.chain.length === 1;
  const grantor = path.grantor === undefined ? '' : ` (granted by ${path.grantor})`;
  if (isAttribute(path, privilege, object)) {
    return own ? 'as its own attribute' : `via ${chainText(path)}`;
  }
  switch (path.via) {
    case 'superuser':
      return own ? `via superuser ${holder}` : `via ${chainText(path)}, a superuser`;
    case 'public':
      return `via PUBLIC${grantor}`;
    case 'owner':
      return own ? 'as owner' : `via ${chainText(path)}, the owner`;
    case 'predefined-role':
      return `via ${path.assumed === 'set-role' ? 'SET ROLE, ' : ''}predefined role ${holder}${between(path)}`;
    case 'direct':
    case 'column':
      if (own) {
        return path.grantor === undefined ? 'directly' : `directly, granted by ${path.grantor}`;
      }
      return holder === 'PUBLIC' ? `via PUBLIC${grantor}` : `via ${chainText(path)}${grantor}`;
  }
}

function isAttribute(path: Path, privilege: string, object: string): boolean {
  return path.grantor === undefined && privilege !== 'OWNER' && path.chain.at(-1) === object;
}

function chainText(path: Path): string {
  return path.assumed === 'set-role' ? `SET ROLE ${roleText(path)}` : roleText(path);
}

function roleText({ chain }: Path): string {
  return chain.length > 2 ? chain.join(' → ') : chain.at(-1)!;
}

function between({ chain }: Path): string {
  return chain.length > 2 ? ` (${chain.join(' → ')})` : '';
}

function columnsText({ columns = [] }: Path): string {
  return columns.length === 0 ? '' : `on column${columns.length > 1 ? 's' : ''} ${columns.join(', ')} only`;
}

function grantableText({ grantable, via }: Path): string {
  return grantable && via !== 'owner' ? 'with grant option' : '';
}
