-- A role that another database of the cluster still grants to is that database's to drop.
do $$
begin
  drop role app_ro;
exception
  when dependent_objects_still_exist then
    raise notice 'app_ro stays: another database of this cluster depends on it';
end
$$;

do $$
begin
  drop role app_rw;
exception
  when dependent_objects_still_exist then
    raise notice 'app_rw stays: another database of this cluster depends on it';
end
$$;
