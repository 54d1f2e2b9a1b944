// Emscripten gives a program an environment of its own; the tests want to know where the real ECGs are.
Module['preRun'] = [].concat(Module['preRun'] || [], () => {
  if (typeof ENV !== 'undefined' && process.env.EINTHOVEN_DATA) ENV.EINTHOVEN_DATA = process.env.EINTHOVEN_DATA;
});
