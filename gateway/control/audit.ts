import { control } from '../../schema/access.ts'
import { publicKeyOf } from '../audit/checkpoint.ts'
import { type AuditExport, exportAudit } from '../audit/export.ts'
import type { Control } from './builder.ts'

const auditors = control({ roles: ['auditor'] })

/** What an auditor takes away to verify it elsewhere. */
export function defineAudit({ builder }: Control): void {
  const Export = builder.objectRef<AuditExport>('AuditExport').implement({
    description: 'A page of the audit trail as newline-delimited JSON.',
    extensions: auditors,
    fields: (t) => ({
      lines: t.field({
        type: ['String'],
        nullable: false,
        description: 'Events in order, each followed by the checkpoint that signed it, if one did.',
        resolve: ({ lines }) => [...lines],
      }),
      next: t.exposeString('next', {
        nullable: true,
        description: 'Give it as `cursor` for the next page; null behind the last.',
      }),
    }),
  })
  builder.mutationField('exportAudit', (t) =>
    t.field({
      type: Export,
      description:
        'Exports the audit trail for verification elsewhere (`npm run audit -- verify`). A mutation, since the export itself goes on record.',
      extensions: auditors,
      args: {
        afterCheckpoint: t.arg.int({
          description: 'Begin behind this signed checkpoint instead of at the first event.',
        }),
        cursor: t.arg.string({ description: '`next` of the page before.' }),
      },
      resolve: (_, { afterCheckpoint = null, cursor = null }, context) =>
        exportAudit(context, { afterCheckpoint: afterCheckpoint ?? null, cursor: cursor ?? null }),
    }),
  )
  builder.queryField('auditKey', (t) =>
    t.string({
      description:
        'The public key that signs checkpoints of the audit trail, as PEM. Keep a copy outside of this installation.',
      extensions: auditors,
      resolve: (_, __, { services }) => publicKeyOf(services.keys.checkpoint),
    }),
  )
}
