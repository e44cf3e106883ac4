import { createRequire } from 'node:module'

/**
 * The one place that loads graphql-shield: the ESM build of 7.6.5 does not load on Node 23 and later, and both
 * packages must meet the same graphql-middleware. Of its combinators `chain` and `race` are broken; none is used.
 */
const require = createRequire(import.meta.url)

const shieldPackage = require('graphql-shield') as typeof import('graphql-shield')
const middlewarePackage = require('graphql-middleware') as typeof import('graphql-middleware')

export const { rule, shield } = shieldPackage
export const { applyMiddlewareToDeclaredResolvers } = middlewarePackage
