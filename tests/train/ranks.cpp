#include "ranks.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "distributed/placement.h"

namespace ecg::test {
namespace {

/// For ranks that share a core with other programs: only a group that hangs must run into it.
constexpr double kPatience_s = 120;

}  // namespace

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (::bind(socket, reinterpret_cast<sockaddr*>(&address), length) != 0) {
    throw std::runtime_error("no free port");
  }
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
  ::close(socket);
  return ntohs(address.sin_port);
}

void with_ranks(int size, const std::function<void(const Communicator&)>& work) {
  const std::uint16_t port = free_port();
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::exception_ptr failure;
  for (int rank = 0; rank < size; ++rank) {
    threads.emplace_back([&, rank] {
      try {
        Placement placement;
        placement.rank = rank;
        placement.size = size;
        placement.port = port;
        const Communicator ranks(placement, false, kPatience_s);
        work(ranks);
        ranks.all_equal(0);  // none leaves before all have met
      } catch (...) {
        const std::lock_guard lock(mutex);
        failure = std::current_exception();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace ecg::test
