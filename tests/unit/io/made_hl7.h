#pragma once
// HL7 annotated ECGs made in the test.

#include <string>

#include "core/file_set.h"

namespace ecg::test::made_hl7 {

inline std::string time_axis(const std::string& head, const std::string& unit = "s") {
  return "<component><sequence><code code=\"TIME_ABSOLUTE\"/><value xsi:type=\"GLIST_TS\"><head "
         "value=\"" +
         head + "\"/><increment value=\"0.004\" unit=\"" + unit +
         "\"/></value></sequence></component>";
}

inline std::string lead(const std::string& name, const std::string& digits,
                        const std::string& scale =
                            "<origin value=\"5\" unit=\"uV\"/>"
                            "<scale value=\"2.5\" unit=\"uV\"/>") {
  return "<component><sequence><code code=\"MDC_ECG_LEAD_" + name +
         "\"/><value xsi:type=\"SLIST_PQ\">" + scale + "<digits>" + digits +
         "</digits></value></sequence></component>";
}

inline std::string set(const std::string& sequences) {
  return "<component><sequenceSet>" + sequences + "</sequenceSet></component>";
}

inline std::string boundary(const std::string& low, const std::string& high) {
  return "<support><supportingROI><component><boundary><code code=\"TIME_ABSOLUTE\"/><value><low "
         "value=\"" +
         low + "\"/><high value=\"" + high +
         "\"/></value></boundary></component><component>"
         "<boundary><code code=\"MDC_ECG_LEAD_II\"/></boundary></component></supportingROI>"
         "</support>";
}

inline const std::string kSet =
    set(time_axis("20020228235959.998") + lead("I", "\n 0 -2\t4\r\n") + lead("II", "1 2 3 "));

inline const std::string kAnnotations =
    "<subjectOf><annotationSet>"
    "<component><annotation><code code=\"MDC_ECG_RHY\"/><value xsi:type=\"CE\" code=\"C\" "
    "displayName=\"Sinus\"/></annotation></component>"
    "<component><annotation><code code=\"MDC_ECG_BEAT\"/><value code=\"MDC_ECG_BEAT_NORMAL\"/>"
    "<component><annotation><code code=\"MDC_ECG_WAVC\"/><value code=\"MDC_ECG_WAVC_TWAVE\"/>" +
    boundary("20020301000000.002", "20020301000000.010") +
    "</annotation></component><component><annotation><code code=\"MDC_ECG_TIME_PD_QT\"/><value "
    "xsi:type=\"PQ\" value=\"396\" unit=\"ms\"/></annotation></component></annotation>"
    "</component></annotationSet></subjectOf>";

inline NamedBytes document(const std::string& series, const std::string& more = "") {
  const std::string text =
      "<?xml version=\"1.0\"?><AnnotatedECG xmlns:xsi=\"x\"><componentOf><timepointEvent>"
      "<componentOf><subjectAssignment><subject><trialSubject><id extension=\"S7\"/>"
      "<subjectDemographicPerson><name>Doe</name><administrativeGenderCode code=\"F\"/>"
      "<birthTime value=\"19530508\"/></subjectDemographicPerson></trialSubject></subject>"
      "</subjectAssignment></componentOf></timepointEvent></componentOf><component>" +
      (series.empty() ? "" : "<series><code code=\"RHYTHM\"/>" + series + "</series>") + more +
      "</component></AnnotatedECG>";
  return {"made.xml", {text.begin(), text.end()}};
}

}  // namespace ecg::test::made_hl7
