/*
 * The page by which anybody checks an evidence file in a browser: one file, no server, no network. The same program runs as
 * the page and, from a blob of itself, as the worker that does the sums, so that the page never freezes.
 */
import { serve } from './serve.ts'
import { startPage } from './start-page.ts'

if (typeof document === 'undefined') serve()
else startPage(document.currentScript?.textContent ?? '')
