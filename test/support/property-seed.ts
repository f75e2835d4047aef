import fc from 'fast-check'

/*
 * Where a change is judged, properties try the same examples each time: what is red there is red by the change. Anywhere else
 * they try new ones.
 */
const seed = Number(process.env.PROPERTY_SEED)
if (!Number.isInteger(seed)) throw new TypeError('PROPERTY_SEED is a whole number')
fc.configureGlobal({ seed })
