import { expect } from 'chai'
import { readCapnp } from '../../../../../apps/quorate/riaps/capnp.js'
import { layOut } from '../../../../../apps/quorate/riaps/layout.js'
import { shapesOf } from '../../../../../apps/quorate/riaps/shapes.js'

function shapes(text: string, ...messages: string[]): { code: string[]; notes: readonly string[] } {
  const { declared, notes } = shapesOf(messages, [readCapnp(text)])
  const code = declared.map((each) => `${each.constant} = ${layOut(each.code)}`.replaceAll(/\s+/g, ' '))
  return { code, notes }
}

describe("shapes of Cap'n Proto", () => {
  it('have all simple types', () => {
    const types = ['Void', 'Bool', 'Int8', 'UInt8', 'Int16', 'UInt32', 'Float32', 'Float64', 'Text', 'Data']
    const fields = types.map((type, index) => `f${index} @${index} : ${type} = 1 $some.note(x);`)
    const { code, notes } = shapes(`struct M { ${fields.join('\n')} }`, 'M')
    expect(code).to.deep.equal([
      'MShape = z.object({ f0: z.null(), f1: z.boolean(), f2: z.number().int().min(-128).max(127), ' +
        'f3: z.number().int().min(0).max(255), f4: z.number().int().min(-32_768).max(32_767), ' +
        'f5: z.number().int().min(0).max(4_294_967_295), f6: z.number(), f7: z.number(), ' +
        'f8: z.string(), f9: z.instanceof(Uint8Array), })',
    ])
    expect(notes).to.deep.equal([])
  })

  it('have lists, enums and structs, from within and without', () => {
    const text = `enum E { a @0; b @1; }
      struct Other { e @0 : List(List(E)); }
      struct M { struct In { x @0 : Bool; } one @0 : In; two @1 : Other; three @2 : .Other; }`
    expect(shapes(text, 'M').code).to.deep.equal([
      'M_InShape = z.object({ x: z.boolean(), })',
      "OtherShape = z.object({ e: z.array(z.array(z.enum(['a', 'b']))), })",
      'MShape = z.object({ one: M_InShape, two: OtherShape, three: OtherShape, })',
    ])
  })

  it('have groups and unions', () => {
    const text = `struct M { g :group { x @0 : Bool; } union { y @1 : Text; z @2 : Void; }
      u :union { v @3 : Bool; w @4 : Text; } }`
    expect(shapes(text, 'M').code).to.deep.equal([
      'MShape = z.object({ g: z.object({ x: z.boolean(), }), y: z.string().optional(), ' +
        'z: z.null().optional(), u: z.object({ v: z.boolean().optional(), w: z.string().optional(), }), })',
    ])
  })

  it('take anything, and say so, where a type is unknown or holds itself', () => {
    const text = 'struct M { next @0 : M; other @1 : Import.Type; big @2 : UInt64; }'
    const { code, notes } = shapes(text, 'M')
    expect(code).to.deep.equal([
      'MShape = z.object({ next: z.unknown(), other: z.unknown(), big: z.number().int().min(0), })',
    ])
    expect(notes).to.deep.equal([
      'the struct M holds itself: where it does, anything is taken',
      'anything is taken for M in M',
      'anything is taken for Import.Type in M',
      '64-bit numbers are taken up to 2^53, beyond which JavaScript counts in other steps',
    ])
  })

  it('are of messages only, and of what these hold', () => {
    const { declared, ofMessages } = shapesOf(['N'], [readCapnp('struct M {} struct N { a @0 : Bool; }')])
    expect(declared.map(({ constant }) => constant)).to.deep.equal(['NShape'])
    expect([...ofMessages]).to.deep.equal([['N', 'NShape']])
  })

  it('pass over what is no struct', () => {
    const text = `@0xb1a2c3d4e5f60718; # a comment with struct X {
      using Cxx = import "/capnp/c++.capnp"; $Cxx.namespace("a;{b");
      const pi :Float64 = 3.14; annotation foo(struct) :Text;
      interface I { call @0 (a :Text) -> (b :List(Text)); struct InI { } }
      struct M(T) $foo("x") { a @0 : Bool; }`
    expect(shapes(text, 'M').code).to.deep.equal(['MShape = z.object({ a: z.boolean(), })'])
  })
})
