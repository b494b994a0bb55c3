/** Columns of the catalogs that no fact reads: a whole table by its name, otherwise `table.column`. */
export interface LeftOut {
  columns: readonly string[];
  reason: string;
}

const of = (table: string, names: string): string[] => names.split(' ').map((name) => `${table}.${name}`);

/** What the privilege state leaves out on purpose. A test compares the list with the catalogs of every version. */
export const leftOut: readonly LeftOut[] = [
  {
    columns: [
      'pg_statistic',
      'pg_statistic_ext_data',
      'pg_largeobject',
      'pg_subscription_rel',
      'pg_replication_origin',
    ],
    reason: 'Contents and progress. They change with the data; other facts say who may read them.',
  },
  {
    columns: ['pg_description', 'pg_shdescription'],
    reason: 'Comments give nobody access.',
  },
  {
    columns: ['pg_seclabel', 'pg_shseclabel'],
    reason: 'Labels matter only to a loaded label provider, and no catalog shows what it decides.',
  },
  {
    columns: ['pg_shdepend', ...of('pg_depend', 'objsubid')],
    reason: 'Dependencies repeat what owners and grants say.',
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
      'Which values are possible and how they are found, not who may read them. The proof of existence oracles tries what keys reveal.',
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
      'How operators, casts and aggregates are made of functions. A role that uses one needs EXECUTE on the functions and runs them as itself.',
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
    reason: 'How the object works. Only its owner can change it, and the owner is a fact.',
  },
  {
    columns: of(
      'pg_type',
      'typlen typbyval typcategory typispreferred typisdefined typdelim typsubscript typelem typinput typoutput typreceive typsend typmodin typmodout typanalyze typalign typstorage typnotnull typbasetype typtypmod typndims typcollation typdefaultbin typdefault',
    ),
    reason: 'Which values a type has. Only its owner can change it, and the owner is a fact.',
  },
  {
    columns: of(
      'pg_proc',
      'procost prorows provariadic prosupport proisstrict proretset proparallel pronargs pronargdefaults prorettype proallargtypes proargmodes proargnames proargdefaults protrftypes prosqlbody proargtypes proname',
    ),
    reason:
      'How a function is called: its name or its printed result says it. A function that runs as its caller can do no more than the caller.',
  },
  {
    columns: of(
      'pg_attribute',
      'atttypid attlen attcacheoff atttypmod attndims attbyval attalign attstorage attcompression attnotnull atthasdef atthasmissing attidentity attgenerated attislocal attinhcount attcollation attstattarget attoptions attfdwoptions attmissingval',
    ),
    reason: 'What a column holds. A column gives nobody access until it is granted.',
  },
  {
    columns: of(
      'pg_class',
      'reltype reloftype relam relfilenode reltablespace relpages reltuples relallvisible relallfrozen reltoastrelid relhasindex relisshared relpersistence relnatts relchecks relhasrules relhastriggers relhassubclass relispopulated relreplident relrewrite relfrozenxid relminmxid relpartbound',
    ),
    reason: 'How a relation is stored, and what the server notes about it.',
  },
  {
    columns: of(
      'pg_constraint',
      'conname connamespace condeferrable condeferred conenforced convalidated contypid conindid confmatchtype conislocal coninhcount connoinherit conperiod conpfeqop conppeqop conffeqop confdelsetcols conexclop conbin',
    ),
    reason: 'Which rows are possible. A foreign key that acts on other rows is a fact.',
  },
  {
    columns: [
      ...of(
        'pg_trigger',
        'tgparentid tgtype tgconstrrelid tgconstrindid tgdeferrable tginitdeferred tgnargs tgattr tgargs tgqual tgoldtable tgnewtable',
      ),
      ...of('pg_rewrite', 'ev_qual ev_action'),
    ],
    reason: 'Parts of the definition that the server prints. The digest of the definition is a fact.',
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
    reason: 'How a subscription applies changes, not which changes and as whom.',
  },
  {
    columns: of(
      'pg_database',
      'encoding datlocprovider dathasloginevt datlastsysoid datfrozenxid datminmxid dattablespace datcollate datctype daticulocale datlocale daticurules datcollversion',
    ),
    reason: 'How a database is stored and sorted. Rolecall does not judge the other databases of the cluster.',
  },
  {
    columns: [
      ...of('pg_inherits', 'inhseqno inhdetachpending'),
      'pg_tablespace.spcoptions',
      'pg_init_privs.privtype',
      'pg_user_mapping.umserver',
    ],
    reason: 'Order, costs and notes of the server, and columns that are read under another name.',
  },
];
