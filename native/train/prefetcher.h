#pragma once
// Things made ahead of time by a thread of their own, handed out in order.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace ecg {

/// Calls `make(i)` for i = first, first + 1, ... in a background thread, at most `ahead` results
/// before they are asked for. What `make` throws comes out of `next` in its turn. With `ahead` = 0
/// there is no thread: `next` makes each itself.
template <typename T>
class Prefetcher {
 public:
  Prefetcher(std::function<T(std::int64_t)> make, std::int64_t first, std::size_t ahead)
      : make_(std::move(make)), next_(first), ahead_(ahead) {
    if (ahead_ > 0) thread_ = std::thread([this] { work(); });
  }

  ~Prefetcher() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  /// The next result, waited for if it is not there yet.
  T next() {
    const auto start = Clock::now();
    if (ahead_ == 0) {
      T made = make_(next_++);
      waited_ += Clock::now() - start;
      return made;
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !ready_.empty() || failure_; });
    waited_ += Clock::now() - start;
    if (ready_.empty()) std::rethrow_exception(failure_);
    T made = std::move(ready_.front());
    ready_.pop_front();
    changed_.notify_all();
    return made;
  }

  /// Seconds that `next` had to wait since the last call of this.
  double take_waited_s() {
    return std::chrono::duration<double>(std::exchange(waited_, Clock::duration{})).count();
  }

 private:
  using Clock = std::chrono::steady_clock;

  void work() {
    for (;; ++next_) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stopped_ || ready_.size() < ahead_; });
        if (stopped_) return;
      }
      try {
        T made = make_(next_);
        const std::lock_guard lock(mutex_);
        ready_.push_back(std::move(made));
      } catch (...) {
        const std::lock_guard lock(mutex_);
        failure_ = std::current_exception();
      }
      changed_.notify_all();
      if (failure_) return;
    }
  }

  std::function<T(std::int64_t)> make_;
  std::int64_t next_;
  std::size_t ahead_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> ready_;
  std::exception_ptr failure_;
  bool stopped_ = false;
  Clock::duration waited_{};
  std::thread thread_;
};

}  // namespace ecg
