#pragma once
// ECG_ASSERT: programmer mistakes (a broken precondition), never bad input.
// Active unless NDEBUG is defined; it traps, so that a sanitizer or debugger shows the place.

#if defined(NDEBUG)
#define ECG_ASSERT(condition) ((void)sizeof(!(condition)))
#else
#define ECG_ASSERT(condition) ((condition) ? (void)0 : __builtin_trap())
#endif
