import { proof, type Phases } from '../proof.ts';
import { judgeTenantArguments, unprovenTenantArguments } from './judge.ts';
import { callWithTenants, type TenantArgument } from './observe.ts';
import { tenantArgumentViews } from './view.ts';

export interface TenantArgumentEvidence {
  /** Definer functions that were passed a tenant in an argument, called at head. */
  tenant_arguments: TenantArgument[];
}

/** Proves whether a SECURITY DEFINER function gives a login the rows of any tenant that the login names. */
export const tenantArgument = proof({
  name: 'tenantArguments',
  folder: import.meta.url,
  witness: 'attempt',
  observation: {
    depth: 'rows',
    phases: ['head'],
    nothing: [] as TenantArgument[],
    observe: async (subject) => ({ seen: await callWithTenants(subject) }),
  },
  judge: ({ head }: Phases<{ tenantArguments: TenantArgument[] }>) => ({
    shown: { tenant_arguments: head.tenantArguments },
    findings: judgeTenantArguments(head.tenantArguments),
    unproven: unprovenTenantArguments(head.tenantArguments),
  }),
  sections: [
    {
      anchor: 'tenant-arguments',
      title: 'Tenants named by the caller',
      view: (evidence: TenantArgumentEvidence) => ({ calls: tenantArgumentViews(evidence.tenant_arguments) }),
    },
  ],
});
