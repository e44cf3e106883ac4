import type { Endpoint, ParameterType } from '../../schema/passthrough.ts'

const SAMPLES: Readonly<Record<ParameterType, string>> = {
  INTEGER: '7',
  HEX32: '0123456789abcdef0123456789abcdef',
  GUID: '01234567-89ab-cdef-0123-456789abcdef',
  TABLE: 'cmdb_ci_server',
  // No name of an endpoint, so that no literal is met by chance.
  NAME: 'Zz-9',
}

/** A path that the endpoint answers to. */
export function samplePath({ template, parameters }: Pick<Endpoint, 'template' | 'parameters'>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => SAMPLES[parameters[name] as ParameterType])
}
