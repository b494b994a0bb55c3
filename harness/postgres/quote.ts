import { escapeIdentifier, escapeLiteral } from 'pg';

export { escapeIdentifier as quoteIdentifier, escapeLiteral as quoteLiteral };
