/** Columns of the catalogs that no fact reads: a whole table by its name, else `table.column`. */
export interface LeftOut {
  columns: readonly string[];
  reason: string;
}

const of = (table: string, names: string): string[] => names.split(' ').map((name) => `${table}.${name}`);

/** What the privilege state leaves out on purpose. A test holds the list against the catalogs of every version. */
export const leftOut: readonly LeftOut[] = [
  {
    columns: [
      'pg_statistic',
      'pg_statistic_ext_data',
      'pg_largeobject',
      'pg_subscription_rel',
      'pg_replication_origin',
    ],
    reason: 'Contents and progress: they change as data does, and who may read them follows from other facts.',
  },
  {
    columns: ['pg_description', 'pg_shdescription'],
    reason: 'Comments give nobody anything.',
  },
  {
    columns: ['pg_seclabel', 'pg_shseclabel'],
    reason: 'Labels mean something to a loaded label provider alone, whose decisions no catalog shows.',
  },
  {
    columns: ['pg_shdepend', ...of('pg_depend', 'objsubid')],
    reason: 'Dependencies say again what owners and grants say.',
  },
  {
    columns: [
      'pg_index',
      'pg_attrdef',
      'pg_partitioned_table',
      'pg_sequence',
      'pg_enum',
      ...of('pg_range', 'rngsubtype rngcollation rngsubopc rngcanonical rngsubdiff'),
    ],
    reason:
      'What values there can be and how they are found, not who may have them. What keys tell is tried by the oracles.',
  },
  {
    columns: [
      'pg_aggregate',
      'pg_amop',
      'pg_amproc',
      'pg_cast',
      'pg_transform',
      'pg_ts_config_map',
      'pg_ts_parser',
      'pg_ts_template',
    ],
    reason:
      'How operators, casts and aggregates are put together of functions: whoever uses them needs EXECUTE, and runs them as itself.',
  },
  {
    columns: [
      ...of('pg_am', 'amhandler amtype'),
      ...of('pg_opclass', 'opcfamily opcintype opcdefault opckeytype'),
      ...of(
        'pg_operator',
        'oprname oprkind oprcanmerge oprcanhash oprleft oprright oprresult oprcom oprnegate oprcode oprrest oprjoin',
      ),
      ...of(
        'pg_collation',
        'collprovider collisdeterministic collencoding collcollate collctype colliculocale colllocale collicurules collversion',
      ),
      ...of('pg_conversion', 'conforencoding contoencoding conproc condefault'),
      ...of('pg_ts_config', 'cfgparser'),
      ...of('pg_ts_dict', 'dicttemplate dictinitoption'),
      ...of('pg_statistic_ext', 'stxrelid stxkeys stxkind stxstattarget stxexprs'),
      ...of('pg_extension', 'extnamespace extrelocatable extversion extconfig extcondition'),
      ...of('pg_language', 'lanispl lanplcallfoid laninline lanvalidator'),
      ...of('pg_foreign_server', 'srvtype srvversion'),
    ],
    reason: 'How the object works. Who can change it is its owner, a fact.',
  },
  {
    columns: of(
      'pg_type',
      'typlen typbyval typcategory typispreferred typisdefined typdelim typsubscript typelem typinput typoutput typreceive typsend typmodin typmodout typanalyze typalign typstorage typnotnull typbasetype typtypmod typndims typcollation typdefaultbin typdefault',
    ),
    reason: 'What values a type has. Who can change it is its owner, a fact.',
  },
  {
    columns: of(
      'pg_proc',
      'procost prorows provariadic prosupport proisstrict proretset proparallel pronargs pronargdefaults prorettype proallargtypes proargmodes proargnames proargdefaults protrftypes prosqlbody proargtypes proname',
    ),
    reason:
      'What a function is called with, which its name holds or the server prints. The body of one that runs as its caller can do no more than the caller.',
  },
  {
    columns: of(
      'pg_attribute',
      'atttypid attlen attcacheoff atttypmod attndims attbyval attalign attstorage attcompression attnotnull atthasdef atthasmissing attidentity attgenerated attislocal attinhcount attcollation attstattarget attoptions attfdwoptions attmissingval',
    ),
    reason: 'What a column holds. That there is one gives nobody anything until it is granted.',
  },
  {
    columns: of(
      'pg_class',
      'reltype reloftype relam relfilenode reltablespace relpages reltuples relallvisible relallfrozen reltoastrelid relhasindex relisshared relpersistence relnatts relchecks relhasrules relhastriggers relhassubclass relispopulated relreplident relrewrite relfrozenxid relminmxid relpartbound',
    ),
    reason: 'How a relation is stored, and what the server notes of it.',
  },
  {
    columns: of(
      'pg_constraint',
      'conname connamespace condeferrable condeferred conenforced convalidated contypid conindid confmatchtype conislocal coninhcount connoinherit conperiod conpfeqop conppeqop conffeqop confdelsetcols conexclop conbin',
    ),
    reason: 'What rows there can be. Of foreign keys those that act on other rows are facts.',
  },
  {
    columns: [
      ...of(
        'pg_trigger',
        'tgparentid tgtype tgconstrrelid tgconstrindid tgdeferrable tginitdeferred tgnargs tgattr tgargs tgqual tgoldtable tgnewtable',
      ),
      ...of('pg_rewrite', 'ev_qual ev_action'),
    ],
    reason: 'The server prints it into the definition, whose digest is a fact.',
  },
  {
    columns: ['pg_authid.rolpassword', 'pg_user_mapping.umoptions', 'pg_subscription.subconninfo'],
    reason: 'Secrets.',
  },
  {
    columns: of(
      'pg_subscription',
      'subskiplsn subbinary substream subtwophasestate subdisableonerr subfailover subslotname subsynccommit',
    ),
    reason: 'How a subscription is applied, not what and as whom.',
  },
  {
    columns: of(
      'pg_database',
      'encoding datlocprovider dathasloginevt datlastsysoid datfrozenxid datminmxid dattablespace datcollate datctype daticulocale datlocale daticurules datcollversion',
    ),
    reason: 'How a database is stored and sorted. Other databases of the cluster are not judged.',
  },
  {
    columns: [
      ...of('pg_inherits', 'inhseqno inhdetachpending'),
      'pg_tablespace.spcoptions',
      'pg_init_privs.privtype',
      'pg_user_mapping.umserver',
    ],
    reason: 'Order, costs and notes of the server, and what is read under another name.',
  },
];
