export const work = 'none'
