import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldPaths, type ParsedQuery, parseQuery } from './parse-query.ts'

const ID = 'a'.repeat(32)

/** Every name in it, in the order in which it stands there. */
const names = ({ clauses, orders }: ParsedQuery) => [
  ...clauses.flat(2).flatMap(({ path, other }) => (other === undefined ? [path] : [path, other])),
  ...orders,
]
const read = (text: string) => parseQuery('sysparm_query', text)

describe('an encoded query', () => {
  it.each([
    ['active=true', ['active']],
    ['active=true^priority<=2^ORDERBYDESCnumber', ['active', 'priority', 'number']],
    ['ORDERBYnumber', ['number']],
    ['active=true^EQ', ['active']],
    ['a=1^ORb=2^NQc.d.eLIKEx^GROUPBYf', ['a', 'b', 'c.d.e', 'f']],
    ['assigned_to=', ['assigned_to']],
    ['assigned_toISEMPTY^bISNOTEMPTY^cANYTHING^dEMPTYSTRING', ['assigned_to', 'b', 'c', 'd']],
    ['stateIN1,2,3^bNOT IN4', ['state', 'b']],
    ['nameSTARTSWITHAcme^bENDSWITHx^cNOT LIKEy^d*z^e!*z^f%z', ['name', 'b', 'c', 'd', 'e', 'f']],
    ['nBETWEEN1@5^opened_atONToday@2026-11-20@2026-11-21', ['n', 'opened_at']],
    ['opened_atRELATIVEGT@hour@ago@1^bRELATIVELEday@ahead@2', ['opened_at', 'b']],
    ['opened_atSAMEASclosed_at^bGT_FIELDcaller_id.x', ['opened_at', 'closed_at', 'b', 'caller_id.x']],
    ['opened_atMORETHANcaller_id.x@day@before@1', ['opened_at', 'caller_id.x']],
    ['short_descriptionLIKEORDERBYcaller_id.name', ['short_description']],
    [`a=${ID}^b!=x@y,z=1`, ['a', 'b']],
  ])('%s', (text, expected) => expect(names(read(text))).toEqual(expected))

  it.each([
    '',
    '^',
    'active',
    '=1',
    'a=1^',
    '^a=1',
    'a=1^^b=2',
    'a=1^OR',
    'a=1^NQ',
    'a=1^NQORb=2',
    'ORa=1',
    'NQa=1',
    'a=1^EQ^b=2',
    'EQ',
    'ORDERBY',
    'ORDERBYA',
    'ORDERBYa=1',
    'ORDERBYa^b=1',
    'ORDERBYa^ORb=1',
    'A=1',
    'a.=1',
    '.a=1',
    'a..b=1',
    'a.b.c.d.e.f.g=1',
    ' a=1',
    'a =1',
    'a= 1',
    'a=1 ',
    'alike1',
    'aLIKE',
    'aSTARTSWITH',
    'a>',
    'aISEMPTYx',
    'aIN',
    'aIN1,',
    'aIN,1',
    'aINX',
    'aINSTANCEOFtask',
    'aIN_HIERARCHYx',
    'aIN_HIERARCHY_DYNAMICx',
    `aIN${Array(201).fill('1').join(',')}`,
    'aBETWEEN1',
    'aBETWEEN1@2@3',
    'aONToday',
    'aONToday@javascript:gs.x()@javascript:gs.y()',
    'aONToday@x@y',
    'aDATEPARTMonday@javascript:gs.x()',
    'aRELATIVEGT@hour@ago@x',
    'aRELATIVEGT@hour@now@1',
    'aGT_FIELDB',
    'aSAMEAS',
    'aDYNAMIC1',
    'aDOESNOTHAVEx',
    'aEXCLUDINGx',
    'aVALCHANGES',
    'aMATCHES1',
    'a=javascript:x',
    'a=xJAVASCRIPT :x',
    'a==1',
    'a=>1',
    'a%5E=1',
    'a=%5eNQb=1',
    'a=1\nb=2',
    'a=1\u2028',
    '123TEXTQUERY321=x',
    '123TEXTINDEXGROUP321=x',
    'GOTOa>=1',
    'RLQUERYa.b,>=1^ENDRLQUERY',
    'a=1^RLQUERYa.b,>=1^ENDRLQUERY',
    'variables.X=1',
    `${Array(61).fill('a=1').join('^')}`,
  ])('refuses %j', (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }))
  })

  it('binds OR to the condition before it, and begins anew with NQ', () => {
    const shape = read('a=1^ORb=2^c=3^NQd=4').clauses.map((clause) =>
      clause.map((group) => group.map(({ path }) => path)),
    )
    expect(shape).toEqual([[['a', 'b'], ['c']], [['d']]])
  })

  const path = fc.constantFrom('number', 'caller_id.name', 'a_b.c1.d', 'state')
  const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  const operator = fc.constantFrom('=', '!=', 'LIKE', 'NOT LIKE', 'STARTSWITH', 'ENDSWITH', '>', '<=')

  it('leaves no name out, whatever stands in the values', () => {
    const condition = fc.tuple(path, operator, word).filter(([, , value]) => {
      try {
        read(`x=${value}`)
        return true
      } catch {
        return false
      }
    })
    const joint = fc.constantFrom('^', '^OR', '^NQ')
    fc.assert(
      fc.property(
        fc.array(fc.tuple(joint, condition), { minLength: 1, maxLength: 6 }),
        fc.array(path, { maxLength: 2 }),
        (all, orders) => {
          const text = all
            .map(([by, [name, how, value]], index) => `${index === 0 ? '' : by}${name}${how}${value}`)
            .concat(orders.map((name) => `^ORDERBY${name}`))
            .join('')
          expect(names(read(text))).toEqual([...all.map(([, [name]]) => name), ...orders])
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('is refused, or read so that what was read is all that there is', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '^',
        '^OR',
        '^NQ',
        '^EQ',
        'ORDERBY',
        '=',
        'LIKE',
        'IN',
        'a',
        'caller_id.name',
        '@',
        ',',
        ' ',
      ),
      fc.string({ maxLength: 3 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const text = pieces.join('')
        let parsed: ParsedQuery
        try {
          parsed = read(text)
        } catch {
          return
        }
        // As many parts as were cut, each told.
        const parts = text
          .split('^')
          .filter((part, index, all) => !(part === 'EQ' && index === all.length - 1))
        expect(parsed.clauses.flat(2).length + parsed.orders.length).toBe(parts.length)
        for (const name of names(parsed)) expect(text).toContain(name)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('lists of columns', () => {
  it('reads them', () => {
    expect(fieldPaths('sysparm_fields', 'number,caller_id.name,u_x')).toEqual([
      'number',
      'caller_id.name',
      'u_x',
    ])
  })
  it.each(['', ',', 'a,', 'a, b', 'A', 'a b', 'a;b', 'a.', '*', '"a"', 'a,a', 'a\nb', 'a%2cb'])(
    'refuses %j',
    (text) => {
      expect(() => fieldPaths('sysparm_fields', text)).toThrow()
    },
  )
})
