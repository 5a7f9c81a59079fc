import { expect } from 'chai'
import { camelized, decamelized, withCamelKeys } from '../../../control/rpc/humps.js'

describe('the text mangling of auto-trainer-api', () => {
  it('makes keys camel case, as pyhumps 3.8.0 does', () => {
    const seen = {
      outer_value: 'outerValue',
      'outer-value': 'outerValue',
      Outer: 'outer',
      _private: '_private',
      URL: 'URL',
      URL_x: 'URLX',
      '12': '12',
      a__b: 'aB',
      'with space': 'withspace',
      '': '',
    }
    for (const [key, camel] of Object.entries(seen)) expect(camelized(key), key).to.equal(camel)
  })

  it('changes the keys of objects and lists, and no value', () => {
    const given = { outer_key: [{ inner_key: 'a_b c-d' }], when: new Date(0), none: null }
    expect(withCamelKeys(given, 64)).to.deep.equal({
      outerKey: [{ innerKey: 'a_b c-d' }],
      when: new Date(0),
      none: null,
    })
  })

  it('alters what comes in as 0.9.7 was seen to', () => {
    const sent = '{"animalId":"Mouse 12 A-B","path":"/Data/Run_01","when":"2024-01-02T03:04:05Z","maxURL":3}'
    const seen =
      '{"animal_id":"_mouse12_a-_b","path":"/_data/_run_01","when":"2024-01-02_t03:04:05_z","max_ur_l":3}'
    expect(decamelized(sent)).to.equal(seen)
    expect(decamelized('{"x":1E5}')).to.equal('{"x":1_e5}')
  })

  it('alters what goes out as 0.9.7 was seen to', () => {
    const altered = {
      '{"nonce": -1}': '{"nonce":1}',
      '{"x": 1e-07}': '{"x":1e07}',
      '{"inference_model": "/inference_model"}': '{"inferenceModel":"/inferenceModel"}',
      '{"day": "2024-01-02"}': '{"day":"20240102"}',
      '{"m": "This is an error message"}': '{"m":"Thisisanerrormessage"}',
    }
    for (const [text, seen] of Object.entries(altered)) expect(camelized(text), text).to.equal(seen)
  })
})
