/** Facilities by name: RFC 5424 section 6.2.1. */
export const facilities: Readonly<Record<string, number>> = {
  user: 1,
  daemon: 3,
  syslog: 5,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
}
