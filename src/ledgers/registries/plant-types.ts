/** Kinds of plants, by the numbers of Origin release A. */
export const plantTypes = ['wind', 'solar', 'hydro', 'biomass'] as const

export type PlantType = (typeof plantTypes)[number]
