// Nothing but a place for LibTorch's headers to be compiled once (native/CMakeLists.txt).
